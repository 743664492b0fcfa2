package hodu

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestPartsTravelThroughMemoryAgainAndAgain(t *testing.T) {
	folder := t.TempDir()
	own := openMemory(folder)
	for round := range 3 {
		part := bytes.Repeat([]byte{byte(round)}, leastMemoryBytes+round)
		put := own.put(part)
		if put == nil || put.File != "p0" || put.Size != int64(len(part)) {
			t.Fatalf("found %+v", put)
		}
		if held, err := os.ReadFile(filepath.Join(folder, "p0")); round == 0 && (err != nil || !bytes.Equal(held, part)) {
			t.Fatalf("found %d bytes, %v", len(held), err)
		}
		if err := own.free("p0"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "p0")); err == nil {
		t.Error("the file kept its name")
	}
	if own.free("p0") == nil || own.free("p9") == nil {
		t.Error("a file that holds nothing was freed")
	}
}

func TestFilesOfTheHostAreHeldToWhatIsSaidOfThem(t *testing.T) {
	folder := t.TempDir()
	own := openMemory(folder)
	if err := os.WriteFile(filepath.Join(folder, "h0"), []byte("abcd"), 0o600); err != nil {
		t.Fatal(err)
	}
	found := make([]byte, 3)
	if err := own.take(&memoryPart{"h0", 3}, found); err != nil || string(found) != "abc" {
		t.Fatalf("found %q, %v", found, err)
	}
	for _, part := range []memoryPart{{"h0", 5}, {"h1", 1}, {"p0", 0}, {"../h0", 1}} {
		if own.take(&part, make([]byte, part.Size)) == nil {
			t.Errorf("%v was read", part)
		}
	}
	if openMemory("") != nil || openMemory(filepath.Join(folder, "none")) != nil {
		t.Error("a folder that is not there was used")
	}
}
