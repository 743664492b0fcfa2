package hodu

import (
	"context"
	"sync"
	"time"
)

// Call is what every call of a plugin gets besides its arguments: a context that ends when the caller gives up or its time is over.
// context.Cause(call) is then the error that the call should end with; one that ends with context.Canceled ends with it too.
type Call struct {
	context.Context
	end  context.CancelCauseFunc
	line *line
	id   int64

	lock     sync.Mutex
	lastTold time.Time
}

// Check gives what the call is to end with when it was cancelled. Long loops ask it often.
func (c *Call) Check() error { return context.Cause(c) }

// Log passes a message on; level is error, warn, info, debug or trace.
func (c *Call) Log(level, message string) {
	c.line.notify("log", map[string]any{"call": c.id, "level": level, "message": short(message)})
}

// Progress tells of work done so far, of total (negative: not known), in the unit that label names.
func (c *Call) Progress(done, total float64, label string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if done != total && time.Since(c.lastTold) < progressInterval {
		return
	}
	c.lastTold = time.Now()
	notice := map[string]any{"call": c.id, "done": Float(done), "label": label}
	if total >= 0 {
		notice["total"] = Float(total)
	}
	c.line.notify("progress", notice)
}

func short(message string) string {
	if len(message) > maxLogCharacters {
		return message[:maxLogCharacters]
	}
	return message
}
