package hodu

import (
	"sync/atomic"
	"time"
)

// quick tells when calls are short and come one after the other. The goroutine that reads then answers them itself, and looks for the next
// one for a while before it sleeps: to wake another thread takes longer than such a call. Another goroutine watches meanwhile, and reads on
// where a call turns out to be long.
type quick struct {
	// state is the call that the reading goroutine answers, or one of the two below.
	state atomic.Int64
	count atomic.Int64
	// When the last request came, and how many came in a row. Only the goroutine that reads looks at them.
	last time.Time
	row  int
}

const (
	noCall     = 0
	notWatched = -1
)

// answerNext answers a request, here where calls are quick. It is false where another goroutine reads on.
func (l *line) answerNext(message *transfer) bool {
	q := &l.quick
	l.lock.Lock()
	isAlone := len(l.calls) == 1
	l.lock.Unlock()
	q.follow(isAlone)
	if isAlone && q.state.CompareAndSwap(noCall, *message.ID) {
		q.count.Add(1)
		l.answer(message)
		return q.state.CompareAndSwap(*message.ID, noCall)
	}
	if q.row >= quickCalls && q.state.CompareAndSwap(notWatched, noCall) {
		go l.watch()
	}
	go l.answer(message)
	return true
}

func (q *quick) follow(isAlone bool) {
	now := time.Now()
	if q.row >= 0 && (!isAlone || now.Sub(q.last) > quickInterval) {
		q.row = -1
	}
	q.last = now
	q.row++
}

// watch looks now and then whether calls are still quick, and reads on in the stead of who answers a long one.
func (l *line) watch() {
	q := &l.quick
	for call := int64(noCall); call != notWatched; call = q.state.Load() {
		count := q.count.Load()
		time.Sleep(watchInterval)
		if call != noCall && q.state.CompareAndSwap(call, notWatched) {
			l.readOn()
			return
		}
		if q.count.Load() == count {
			q.state.CompareAndSwap(noCall, notWatched)
		}
	}
}

// readOn reads in the stead of the goroutine that answers a call, which is not watched any more. It is some calls until one is again.
func (l *line) readOn() {
	l.quick.row = -quickRetry
	l.read()
}

// letReadOn has another goroutine read what the call that is answered by the reading one, if there is one, is about to wait for.
func (l *line) letReadOn() {
	if call := l.quick.state.Load(); call > noCall && l.quick.state.CompareAndSwap(call, notWatched) {
		go l.readOn()
	}
}
