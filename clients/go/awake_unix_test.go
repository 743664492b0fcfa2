//go:build unix

package hodu

import (
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestWhoLooksForBytesFindsThemWheneverTheyCome(t *testing.T) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]net.Conn
	for i, descriptor := range pair {
		file := os.NewFile(uintptr(descriptor), "end")
		if ends[i], err = net.FileConn(file); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	for _, isQuick := range []bool{true, false} {
		line := stayAwake(ends[0], func() bool { return isQuick })
		for _, wait := range []time.Duration{0, 10 * awakeTime} {
			go func() {
				time.Sleep(wait)
				_, _ = ends[1].Write([]byte("abc"))
			}()
			found := make([]byte, 3)
			if _, err := io.ReadFull(line, found); err != nil || string(found) != "abc" {
				t.Fatalf("found %q, %v", found, err)
			}
		}
	}
	ends[1].Close()
	line := stayAwake(ends[0], func() bool { return true })
	if count, err := line.Read(make([]byte, 1)); count != 0 || err != io.EOF {
		t.Errorf("found %d bytes, %v", count, err)
	}
}
