package hodu

import (
	"bytes"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWhatIsLentIsTheFileItself(t *testing.T) {
	folder := t.TempDir()
	m := openMemory(folder)
	writeTheirs(t, folder, "h0", []byte("abcd"))
	lent, err := m.lend(&memoryPart{"h0", 4})
	if err != nil {
		t.Fatal(err)
	}
	writeTheirs(t, folder, "h0", []byte("efgh"))
	if string(lent) != "efgh" {
		t.Errorf("found %q", lent)
	}
	lent[0] = 'x'
	if found, err := os.ReadFile(filepath.Join(folder, "h0")); err != nil || string(found) != "xfgh" {
		t.Errorf("found %q, %v", found, err)
	}
}

func TestAPartThatHasNoRoomIsNotPut(t *testing.T) {
	m := openMemory(t.TempDir())
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	small := usual
	small.Cur = leastMemoryBytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual)
	for range 2 {
		if put := m.put(make([]byte, leastMemoryBytes+1)); put != nil {
			t.Fatalf("found %+v", put)
		}
		part := bytes.Repeat([]byte{3}, leastMemoryBytes)
		if put := m.put(part); put == nil || put.File != "p0" || !bytes.Equal(m.own["p0"].mapped[:len(part)], part) {
			t.Fatalf("found %+v", put)
		}
		if err := m.free("p0"); err != nil {
			t.Fatal(err)
		}
	}
}
