package hodu

import (
	"slices"
	"sync"
	"unsafe"
)

// spare is memory of parts that came in frames and that nobody needs any more, the newest last. Pages of fresh memory cost more than the copy
// into them.
type spare struct {
	lock sync.Mutex
	held [][]byte
}

// take gives memory of that size: what was given back of it, with the bytes that it held, since calls often repeat; else fresh memory.
func (s *spare) take(size int64) []byte {
	if size >= leastMemoryBytes {
		s.lock.Lock()
		defer s.lock.Unlock()
		for i, memory := range slices.Backward(s.held) {
			if int64(len(memory)) == size {
				s.held = slices.Delete(s.held, i, i+1)
				return memory
			}
		}
	}
	return make([]byte, size)
}

// giveBack ends the loan of a request's parts, but not of those that share memory with a part of its answer: who gives that may keep it.
func (s *spare) giveBack(parts, sent [][]byte) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, part := range parts {
		isShared := func(other []byte) bool { return overlap(part, other) }
		if len(part) < leastMemoryBytes || len(part) > maxSpareBytes || slices.ContainsFunc(sent, isShared) {
			continue
		}
		s.held = append(s.held, part)
		for s.bytes() > maxSpareBytes {
			s.held = slices.Delete(s.held, 0, 1)
		}
	}
}

func (s *spare) bytes() (sum int) {
	for _, memory := range s.held {
		sum += len(memory)
	}
	return sum
}

func overlap(a, b []byte) bool {
	from, other := uintptr(unsafe.Pointer(unsafe.SliceData(a))), uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	return from < other+uintptr(len(b)) && other < from+uintptr(len(a))
}
