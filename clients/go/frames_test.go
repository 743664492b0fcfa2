package hodu

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func frame(kind byte, stream uint32, payload string) string {
	return string(header(kind, stream, len(payload))) + payload
}

func message(stream uint32, method string, parts ...int64) string {
	text, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": method, "parts": list(parts)})
	return frame(messageFrame, stream, string(text))
}

func noMemory(*envelope, *memoryPart) ([]byte, error) { return nil, errors.New("no memory") }

// readAll gives the methods of all messages, each with its parts in parentheses.
func readAll(data string) (string, error) {
	reader := newFrameReader(strings.NewReader(data), func(*envelope) error { return nil }, noMemory)
	var found []string
	for {
		received, err := reader.receive()
		if err == io.EOF {
			return strings.Join(found, " "), nil
		}
		if err != nil {
			return "", err
		}
		if received.Method != nil {
			found = append(found, *received.Method+"("+string(bytes.Join(received.parts, []byte(",")))+")")
		}
	}
}

func TestPartsComeTogetherHoweverFramesAlternate(t *testing.T) {
	data := message(1, "long", 3, 0, 2) + message(2, "short", 1) + frame(dataFrame, 1, "ab") + frame(dataFrame, 2, "z") +
		message(1, "none") + frame(dataFrame, 1, "cde")
	if found, err := readAll(data); err != nil || found != "short(z) none() long(abc,,de)" {
		t.Fatalf("found %q, %v", found, err)
	}
}

func TestBreachesAreRefused(t *testing.T) {
	open := message(1, "x", 1)
	for _, data := range []string{
		string(header(messageFrame, 0, maxMessageBytes+1)),
		string(header(messageFrame, 0, 0)),
		message(1, "x", maxPartBytes+1),
		message(1, "x", maxPartBytes, maxPartBytes, maxPartBytes),
		message(1, "x", -1),
		frame(messageFrame, 0, `{"jsonrpc":"2.0","parts":[1.5]}`),
		frame(messageFrame, 0, `{"jsonrpc":"2.0","parts":{}}`),
		frame(messageFrame, 0, `{}`),
		frame(messageFrame, 0, `{"jsonrpc":"2.0","parts":[{"file":"h0","size":1}]}`),
		frame(messageFrame, 0, `{"jsonrpc":"2.0","parts":[{"file":"h0","size":-1}]}`),
		frame(messageFrame, 0, "[]"),
		frame(messageFrame, 0, strings.Repeat("[", 1_000_000)),
		frame(dataFrame, 1, "x"),
		open + frame(dataFrame, 1, "xx"),
		open + open,
		open,
		"\x01",
		"GET / HTTP/1.1",
	} {
		if found, err := readAll(data); err == nil {
			t.Errorf("%.60q was read as %q", data, found)
		}
	}
}

// Damage is refused or harmless, and takes no memory that did not come.
func TestDamage(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	whole := message(1, "a", 5) + frame(dataFrame, 1, "12345") + message(2, "b")
	for range 3000 {
		damaged := []byte(whole)
		for range 1 + chance.IntN(3) {
			damaged[chance.IntN(len(damaged))] = byte(chance.IntN(256))
		}
		_, _ = readAll(string(damaged[:chance.IntN(len(damaged)+1)]))
	}
}
