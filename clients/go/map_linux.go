package hodu

import (
	"os"
	"syscall"
)

// noFollow has opening refuse a link.
const noFollow = syscall.O_NOFOLLOW

// mapFile gives a file's bytes as memory, of the size that the largest part has; nil where that cannot be. Only the bytes that the file has
// at the time may be touched.
func mapFile(file *os.File) []byte {
	bytes, err := syscall.Mmap(int(file.Fd()), 0, mostMemoryBytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil
	}
	return bytes
}

// makeRoom has a file hold so many bytes, or fails where there is no room: a byte of a mapping without room ends the process.
func makeRoom(file *os.File, size int64) error {
	return syscall.Fallocate(int(file.Fd()), 0, 0, size)
}
