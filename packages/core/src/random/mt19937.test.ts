import { describe, expect, test } from "vitest";
import { mersenneTwister } from "./mt19937.ts";

// Expected values: numpy 2.x, RandomState(seed).random_sample() and .standard_normal().
describe("mersenneTwister", () => {
  test.each([
    [0, [0.5488135039273248, 0.7151893663724195, 0.6027633760716439]],
    [1, [0.417022004702574, 0.7203244934421581, 0.00011437481734488664]],
    [42, [0.3745401188473625, 0.9507143064099162, 0.7319939418114051]],
    [4294967295, [0.0976320289940138, 0.9123828453026218, 0.78903530185164]],
  ])("gives the uniform draws of numpy for seed %d", (seed, expected) => {
    const source = mersenneTwister(seed);
    expect(expected.map(() => source.uniform())).toEqual(expected);
  });

  test.each([
    [0, [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458]],
    [1, [1.6243453636632417, -0.6117564136500754, -0.5281717522634557, -1.0729686221561705]],
    [42, [0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254]],
    [4294967295, [0.6484086742306527, 0.6693235306338161, -1.0805437227474493, 0.2845010447986309]],
  ])("gives the normal draws of numpy for seed %d", (seed, expected) => {
    const source = mersenneTwister(seed);
    for (const value of expected) expect(source.normal()).toBeCloseTo(value, 14);
  });

  test("follows numpy past several blocks of 624 words", () => {
    const source = mersenneTwister(5);
    for (let i = 0; i < 1999; i++) source.uniform();
    expect(source.uniform()).toBe(0.4034382345499419);
  });

  test("keeps the spare normal across uniform draws", () => {
    const source = mersenneTwister(5);
    expect(source.uniform()).toBe(0.22199317108973948);
    expect(source.normal()).toBeCloseTo(-0.2939598035905121, 14);
    expect(source.uniform()).toBe(0.9186109079379216);
    expect(source.normal()).toBeCloseTo(0.3715905688783965, 14);
    expect(source.normal()).toBeCloseTo(2.43077118700778, 14);
  });
});
