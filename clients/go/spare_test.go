package hodu

import (
	"bytes"
	"errors"
	"net"
	"runtime"
	"slices"
	"testing"
	"unsafe"
)

func TestMemoryIsUsedAgainForTheSameSize(t *testing.T) {
	var own spare
	one, other := own.take(leastMemoryBytes), own.take(leastMemoryBytes+1)
	own.giveBack([][]byte{one, other, own.take(leastMemoryBytes - 1)}, nil)
	if !isSame(own.take(leastMemoryBytes), one) || isSame(own.take(leastMemoryBytes), one) || len(own.held) != 1 {
		t.Errorf("found %d parts, expected that of another size", len(own.held))
	}
}

func TestMemoryThatAnAnswerSharesIsNotUsedAgain(t *testing.T) {
	var own spare
	first, last, free := own.take(leastMemoryBytes), own.take(leastMemoryBytes), own.take(leastMemoryBytes)
	sent := [][]byte{nil, {}, first[:1:1], last[len(last)-1:], {1}}
	own.giveBack([][]byte{first, last, free}, sent)
	if len(own.held) != 1 || !isSame(own.held[0], free) {
		t.Errorf("found %d parts, expected the one that is not shared", len(own.held))
	}
}

func TestSpareMemoryIsBounded(t *testing.T) {
	var own spare
	half := maxSpareBytes / 2
	oldest, old, newest := make([]byte, half), make([]byte, half), make([]byte, half)
	own.giveBack([][]byte{oldest, old, newest, make([]byte, maxSpareBytes+1)}, nil)
	if len(own.held) != 2 || !isSame(own.held[0], old) || !isSame(own.held[1], newest) {
		t.Errorf("found %d parts of %d bytes", len(own.held), own.bytes())
	}
}

func isSame(a, b []byte) bool { return unsafe.SliceData(a) == unsafe.SliceData(b) }

// borrower is a session that does as its input is named, and looks at whose memory that has; it is a backend as well, which loads itself.
type borrower struct {
	Backend
	seen [][]byte
}

func (b *borrower) Load(artifact *Artifact, _ *Source, _ SessionOptions, _ *Call) (Session, error) {
	b.seen = append(b.seen, artifact.Bytes)
	return b, nil
}

func (b *borrower) Run(inputs []NamedValue, _ RunOptions, _ *Call) (*RunResult, error) {
	data := inputs[0].Value.(*Tensor).Data
	b.seen = append(b.seen, data)
	switch inputs[0].Name {
	case "fail":
		return nil, errors.New("told to fail")
	case "share":
		return &RunResult{Outputs: inputs}, nil
	}
	copied := &Tensor{DType: "u8", Shape: []int64{int64(len(data))}, Data: slices.Clone(data)}
	return &RunResult{Outputs: []NamedValue{{"copied", copied}}}, nil
}

func (b *borrower) Dispose() error { return nil }

// askToRun runs session 1 with one input, and gives what came back when the call has ended.
func askToRun(t *testing.T, host *line, s *server, name string, data []byte) ([]byte, error) {
	t.Helper()
	out := &encoder{}
	inputs := out.named([]NamedValue{{name, &Tensor{DType: "u8", Shape: []int64{int64(len(data))}, Data: data}}})
	var result struct{ Outputs []wireNamedValue }
	parts, err := host.ask(nil, "session.run", map[string]any{"session": 1, "inputs": inputs, "options": empty{}}, out.parts, &result)
	for isOpen := true; isOpen; runtime.Gosched() {
		s.line.lock.Lock()
		isOpen = len(s.line.calls) > 0
		s.line.lock.Unlock()
	}
	if err != nil {
		return nil, err
	}
	values, err := parts.named(result.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	return values[0].Value.(*Tensor).Data, nil
}

func TestInputsInFramesAreLentForTheCall(t *testing.T) {
	session := &borrower{}
	s := &server{plugin: &Plugin{Backends: map[string]Backend{"it": session}}, sessions: map[int64]Session{}}
	near, far := net.Pipe()
	s.line = newLine(near, s.answer)
	host := newLine(far, nil)
	go s.line.run()
	go host.run()
	defer far.Close()
	load := map[string]any{"backend": "it", "artifact": wireArtifact{}}
	if _, err := host.ask(nil, "backend.load", load, [][]byte{make([]byte, 3*dataFrameBytes)}, &empty{}); err != nil {
		t.Fatal(err)
	}
	for round, name := range []string{"copy", "share", "fail", "copy", "copy"} {
		data := bytes.Repeat([]byte{byte(round)}, 3*dataFrameBytes)
		found, err := askToRun(t, host, s, name, data)
		if (err != nil) != (name == "fail") || (err == nil && !bytes.Equal(found, data)) {
			t.Fatalf("%s: found %d bytes, %v", name, len(found), err)
		}
	}
	// an artifact is not lent; the first run's memory is used again by the one that shares it; what failed keeps its memory too
	for i, wanted := range []int{0, 1, 1, 3, 4, 4} {
		if first := slices.IndexFunc(session.seen, func(data []byte) bool { return isSame(data, session.seen[i]) }); first != wanted {
			t.Errorf("call %d has the memory of call %d, expected that of %d", i, first, wanted)
		}
	}
}
