package hodu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"sync"
)

// line is JSON-RPC 2.0 both ways: one goroutine reads at a time, each call has one of its own, but for those that are quick.
type line struct {
	sender  sender
	reader  *frameReader
	serve   func(method string, request *request) (any, error)
	lock    sync.Mutex
	calls   map[int64]*Call
	pending map[int64]chan *transfer
	lastID  int64
	quick   quick
	ended   chan error
}

// request is a request of the host while it is served; out takes the parts of its answer.
type request struct {
	call   *Call
	params json.RawMessage
	in     *decoder
	out    *encoder
}

func newLine(conn net.Conn, serve func(string, *request) (any, error)) *line {
	l := &line{sender: sender{line: conn}, serve: serve, calls: map[int64]*Call{}, pending: map[int64]chan *transfer{}}
	l.ended = make(chan error, 1)
	l.quick.state.Store(notWatched)
	isQuick := func() bool { return l.quick.state.Load() == noCall }
	l.reader = newFrameReader(stayAwake(conn, isQuick), l.open, l.take)
	return l
}

// run serves until the line ends. It gives an error for a breach of the protocol.
func (l *line) run() error {
	go l.read()
	return <-l.ended
}

// read serves until the line ends, or another goroutine reads on.
func (l *line) read() {
	for isReading := true; isReading; {
		message, err := l.reader.receive()
		switch {
		case err != nil:
		case message.Method == nil:
			err = l.settle(message)
		case message.ID != nil:
			isReading = l.answerNext(message)
		case *message.Method == "cancel":
			err = l.cancel(message.Params)
		case *message.Method == "memory.free":
			err = l.free(message.Params)
		}
		if err == io.EOF {
			l.ended <- nil
			return
		}
		if err != nil {
			l.ended <- err
			return
		}
	}
}

// open registers a request before its parts are there, so that a cancel finds it.
func (l *line) open(message *envelope) error {
	if message.Method == nil || message.ID == nil {
		return nil
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	id := *message.ID
	if id < 1 || l.calls[id] != nil {
		return fmt.Errorf("found a request with the id %d", id)
	}
	ctx, end := context.WithCancelCause(context.Background())
	l.calls[id] = &Call{Context: ctx, end: end, line: l, id: id}
	return nil
}

// take gives the bytes of a part in memory: those of a call that lends them as they are there, else a copy, and the host may use the file
// again.
func (l *line) take(message *envelope, part *memoryPart) ([]byte, error) {
	shared := l.sender.memory.Load()
	if shared == nil {
		return nil, errors.New("found a part in memory, expected parts in frames")
	}
	if message.ID != nil && message.Method != nil && *message.Method == lendingMethod {
		return shared.lend(part)
	}
	bytes, err := shared.take(part)
	if err == nil {
		l.tellFree(part.File)
	}
	return bytes, err
}

// endLoans ends those of a call that was answered: the host may use its files again, this side what came in frames.
func (l *line) endLoans(message *transfer, sent [][]byte, isDone bool) {
	var framed [][]byte
	for i, part := range message.Parts {
		if part.memory == nil {
			framed = append(framed, message.parts[i])
			continue
		}
		l.sender.memory.Load().endLoan(part.memory.File)
		l.tellFree(part.memory.File)
	}
	if isDone {
		l.reader.spare.giveBack(framed, sent)
	}
}

func (l *line) tellFree(file string) { l.notify("memory.free", map[string]string{"file": file}) }

func (l *line) free(params json.RawMessage) error {
	var notice struct {
		File string `json:"file"`
	}
	shared := l.sender.memory.Load()
	if err := json.Unmarshal(params, &notice); err != nil || shared == nil {
		return nil
	}
	return shared.free(notice.File)
}

func (l *line) cancel(params json.RawMessage) error {
	var notice struct {
		ID    *int64 `json:"id"`
		Error *Error `json:"error"`
	}
	if err := json.Unmarshal(params, &notice); err != nil || notice.ID == nil || notice.Error == nil {
		return errors.New("found a cancel without a call or an error")
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	if call := l.calls[*notice.ID]; call != nil {
		call.end(notice.Error)
	}
	return nil
}

func (l *line) settle(message *transfer) error {
	l.lock.Lock()
	defer l.lock.Unlock()
	if message.ID == nil || l.pending[*message.ID] == nil || (message.Error == nil) == (message.Result == nil) {
		return errors.New("found an answer that is not one of an open request")
	}
	l.pending[*message.ID] <- message
	delete(l.pending, *message.ID)
	return nil
}

func (l *line) answer(message *transfer) {
	l.lock.Lock()
	call := l.calls[*message.ID]
	l.lock.Unlock()
	req := &request{call: call, params: message.Params, in: &decoder{parts: message.parts}, out: &encoder{}}
	result, err := l.try(*message.Method, req)
	if err == nil {
		var text json.RawMessage
		if text, err = json.Marshal(result); err == nil {
			err = l.sender.send(envelope{ID: message.ID, Result: text}, req.out.parts)
		}
	}
	isDone := err == nil
	if err != nil {
		if cause := context.Cause(call); cause != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
			err = cause
		}
		// where the host is gone, the reading goroutine sees that too
		_ = l.sender.send(envelope{ID: message.ID, Error: toRPC(err)}, nil)
	}
	if *message.Method == lendingMethod {
		l.endLoans(message, req.out.parts, isDone)
	}
	l.lock.Lock()
	delete(l.calls, *message.ID)
	l.lock.Unlock()
	call.end(nil)
}

// try serves a request; a panic is an error of that call.
func (l *line) try(method string, req *request) (result any, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", thrown, debug.Stack())
			err = fmt.Errorf("panic: %v", thrown)
		}
	}()
	if err := context.Cause(req.call); err != nil {
		return nil, err
	}
	return l.serve(method, req)
}

// ask sends a request to the host and reads its result into result. It ends early when the call is cancelled; call may be nil.
func (l *line) ask(call *Call, method string, params any, parts [][]byte, result any) (*decoder, error) {
	text, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	answered := make(chan *transfer, 1)
	l.lock.Lock()
	l.lastID++
	id := l.lastID
	l.pending[id] = answered
	l.lock.Unlock()
	if err := l.sender.send(envelope{ID: &id, Method: &method, Params: text}, parts); err != nil {
		return nil, err
	}
	l.letReadOn()
	var cancelled <-chan struct{}
	if call != nil {
		cancelled = call.Done()
	}
	select {
	case <-cancelled:
		return nil, context.Cause(call)
	case message := <-answered:
		if message.Error != nil {
			return nil, fromRPC(message.Error)
		}
		return &decoder{parts: message.parts}, json.Unmarshal(message.Result, result)
	}
}

func (l *line) notify(method string, params any) {
	if text, err := json.Marshal(params); err == nil {
		_ = l.sender.send(envelope{Method: &method, Params: text}, nil)
	}
}
