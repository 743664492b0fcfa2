package hodu

import (
	"net"
	"testing"
	"time"
)

// waiter is a session that has one call wait for another one.
type waiter struct{ gate chan struct{} }

func (w *waiter) Run(inputs []NamedValue, _ RunOptions, call *Call) (*RunResult, error) {
	switch inputs[0].Name {
	case "wait":
		select {
		case <-w.gate:
		case <-call.Done():
			return nil, call.Err()
		}
	case "open":
		close(w.gate)
	case "ask":
		_, err := newSource(call.line, call, &wireSource{Size: 1}).Read(0, 1)
		return &RunResult{}, err
	}
	return &RunResult{}, nil
}

func (w *waiter) Dispose() error { return nil }

// startWaiter gives both ends of a line on which session 1 is a waiter.
func startWaiter(t *testing.T) (host, plugin *line) {
	s := &server{plugin: &Plugin{}, sessions: map[int64]Session{1: &waiter{gate: make(chan struct{})}}}
	near, far := net.Pipe()
	t.Cleanup(func() { far.Close() })
	s.line = newLine(near, s.answer)
	host = newLine(far, func(_ string, r *request) (any, error) { return map[string]any{"bytes": r.out.part([]byte{1})}, nil })
	go host.run()
	return host, s.line
}

func askFor(host *line, name string) error {
	out := &encoder{}
	inputs := out.named([]NamedValue{{name, &Tensor{DType: "u8", Shape: []int64{0}}}})
	_, err := host.ask(nil, "session.run", map[string]any{"session": 1, "inputs": inputs, "options": empty{}}, out.parts, &empty{})
	return err
}

func TestALongCallAmongQuickOnesHoldsNothingUp(t *testing.T) {
	host, plugin := startWaiter(t)
	plugin.quick.state.Store(noCall)
	go plugin.run()
	waits := make(chan error)
	go func() { waits <- askFor(host, "wait") }()
	for plugin.quick.state.Load() == noCall {
		time.Sleep(time.Millisecond)
	}
	go plugin.watch()
	if err := askFor(host, "open"); err != nil {
		t.Fatal(err)
	}
	if err := <-waits; err != nil {
		t.Fatal(err)
	}
	if plugin.quick.row > quickCalls-quickRetry {
		t.Errorf("found %d calls in a row", plugin.quick.row)
	}
}

// Nobody watches: a call that waited for its own goroutine to read would wait for good.
func TestAQuickCallMayAskTheHost(t *testing.T) {
	host, plugin := startWaiter(t)
	plugin.quick.state.Store(noCall)
	go plugin.run()
	for range 3 {
		if err := askFor(host, "ask"); err != nil {
			t.Fatal(err)
		}
	}
	if plugin.quick.state.Load() != notWatched {
		t.Error("the goroutine that asked still reads")
	}
}

func TestQuickCallsAreAnsweredByWhoReadsUntilNoneCome(t *testing.T) {
	host, plugin := startWaiter(t)
	go plugin.run()
	for calls := 0; plugin.quick.count.Load() < 10; calls++ {
		if calls == 100_000 {
			t.Fatalf("found %d quick calls of %d", plugin.quick.count.Load(), calls)
		}
		if err := askFor(host, "none"); err != nil {
			t.Fatal(err)
		}
	}
	for plugin.quick.state.Load() != notWatched {
		time.Sleep(time.Millisecond)
	}
	if err := askFor(host, "none"); err != nil {
		t.Fatal(err)
	}
}
