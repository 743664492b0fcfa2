package hodu

import (
	"bytes"
	"encoding/json"
	"net"
	"testing"
)

// bareHost sends a client messages whose parts are in memory, and reads what comes, one message after the other.
type bareHost struct {
	t      *testing.T
	folder string
	memory *memory
	sender sender
	reader *frameReader
}

func startBareHost(t *testing.T, s *server) *bareHost {
	near, far := net.Pipe()
	t.Cleanup(func() { far.Close() })
	folder := t.TempDir()
	s.line = newLine(near, s.answer)
	h := &bareHost{t: t, folder: folder, memory: openMemory(folder), sender: sender{line: far}}
	s.line.sender.memory.Store(h.memory)
	h.reader = newFrameReader(far, func(*envelope) error { return nil }, func(_ *envelope, part *memoryPart) ([]byte, error) {
		found := make([]byte, part.Size)
		_, err := h.memory.own[part.File].file.ReadAt(found, 0)
		return found, err
	})
	go s.line.run()
	return h
}

// send fills h0 with the only part of a request.
func (h *bareHost) send(id int64, method string, params any, data []byte) {
	h.t.Helper()
	writeTheirs(h.t, h.folder, "h0", data)
	text, err := json.Marshal(params)
	if err != nil {
		h.t.Fatal(err)
	}
	part := wirePart{memory: &memoryPart{"h0", int64(len(data))}}
	if err := h.sender.send(envelope{ID: &id, Method: &method, Params: text, Parts: []wirePart{part}}, nil); err != nil {
		h.t.Fatal(err)
	}
}

func (h *bareHost) sendRun(id int64, name string, data []byte) {
	h.t.Helper()
	out := &encoder{}
	inputs := out.named([]NamedValue{{name, &Tensor{DType: "u8", Shape: []int64{int64(len(data))}, Data: data}}})
	h.send(id, "session.run", map[string]any{"session": 1, "inputs": inputs, "options": empty{}}, data)
}

// expect reads messages of these kinds, in their order: "answer", "error" and "free" (of h0). It gives the parts of the answer.
func (h *bareHost) expect(kinds ...string) (parts [][]byte) {
	h.t.Helper()
	for _, kind := range kinds {
		message, err := h.reader.receive()
		if err != nil {
			h.t.Fatal(err)
		}
		found := "answer"
		switch {
		case message.Error != nil:
			found = "error"
		case message.Method != nil && *message.Method == "memory.free" && string(message.Params) == `{"file":"h0"}`:
			found = "free"
		}
		if found != kind {
			h.t.Fatalf("found %s %s, expected %s", found, message.Params, kind)
		}
		parts = append(parts, message.parts...)
	}
	return parts
}

func TestInputsInMemoryAreLentUntilTheAnswerIsSent(t *testing.T) {
	session := &borrower{}
	h := startBareHost(t, &server{plugin: &Plugin{}, sessions: map[int64]Session{1: session}})
	for round, name := range []string{"share", "copy", "fail", "share"} {
		data := bytes.Repeat([]byte{byte(round + 1)}, leastMemoryBytes+round)
		h.sendRun(int64(round+1), name, data)
		if name == "fail" {
			h.expect("error", "free")
			continue
		}
		if parts := h.expect("answer", "free"); len(parts) != 1 || !bytes.Equal(parts[0], data) {
			t.Fatalf("%s: found %d parts", name, len(parts))
		}
		if err := h.memory.free("p0"); err != nil {
			t.Fatal(err)
		}
	}
	mapped := h.memory.theirs["h0"].mapped
	for _, seen := range session.seen {
		if mapped != nil && !isSame(seen, mapped) {
			t.Error("an input was copied")
		}
	}
}

func TestALoanEndsWhereACallCannotBeServed(t *testing.T) {
	h := startBareHost(t, &server{plugin: &Plugin{}, sessions: map[int64]Session{}})
	for id := range int64(2) {
		h.sendRun(id+1, "share", make([]byte, leastMemoryBytes))
		h.expect("error", "free")
	}
}

func TestWhatMayBeKeptIsCopiedFromMemory(t *testing.T) {
	session := &borrower{}
	s := &server{plugin: &Plugin{Backends: map[string]Backend{"it": session}}, sessions: map[int64]Session{}}
	h := startBareHost(t, s)
	load := map[string]any{"backend": "it", "artifact": wireArtifact{}}
	for round := range int64(2) {
		h.send(round+1, "backend.load", load, bytes.Repeat([]byte{byte(round)}, leastMemoryBytes))
		h.expect("free", "answer")
	}
	if first := session.seen[0]; len(first) != leastMemoryBytes || first[0] != 0 {
		t.Errorf("found %d bytes, the first %d", len(first), first[0])
	}
}
