package hodu

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// writeTheirs writes a file of the host's, which stays the same one.
func writeTheirs(t *testing.T, folder, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// bothWays runs a test with files that are mapped and with those that are not.
func bothWays(t *testing.T, test func(t *testing.T, unmapped bool)) {
	t.Run("mapped", func(t *testing.T) { test(t, false) })
	t.Run("not mapped", func(t *testing.T) { test(t, true) })
}

func TestPartsTravelThroughMemoryAgainAndAgain(t *testing.T) {
	bothWays(t, func(t *testing.T, unmapped bool) {
		folder := t.TempDir()
		m := openMemory(folder)
		if unmapped {
			m.own["p0"].mapped = nil
		}
		held, err := os.Open(filepath.Join(folder, "p0"))
		if err != nil {
			t.Fatal(err)
		}
		defer held.Close()
		for round, size := range []int{leastMemoryBytes, mostMemoryBytes, leastMemoryBytes + 1} {
			part, found := bytes.Repeat([]byte{byte(round + 1)}, size), make([]byte, size)
			if put := m.put(part); put == nil || *put != (memoryPart{"p0", int64(size)}) {
				t.Fatalf("found %+v", put)
			}
			if _, err := held.ReadAt(found, 0); err != nil || !bytes.Equal(found, part) {
				t.Fatalf("found %.4x..., %v", found, err)
			}
			if err := m.free("p0"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := os.Stat(filepath.Join(folder, "p0")); err == nil {
			t.Error("the file kept its name")
		}
		if m.free("p0") == nil || m.free("p9") == nil {
			t.Error("a file that holds nothing was freed")
		}
	})
}

func TestFilesThatWaitAreCutAndFilledAgain(t *testing.T) {
	m := openMemory(t.TempDir())
	part := bytes.Repeat([]byte{7}, leastMemoryBytes)
	for range 2 {
		if put := m.put(part); put == nil || put.File != "p0" {
			t.Fatalf("found %+v", put)
		}
		own := m.own["p0"]
		if found, err := readOwn(own); err != nil || !bytes.Equal(found, part) {
			t.Fatalf("found %.4x..., %v", found, err)
		}
		own.size = maxIdleMemoryBytes + 1
		if err := m.free("p0"); err != nil {
			t.Fatal(err)
		}
		if found, err := readOwn(own); err != nil || len(found) > 0 || own.size != 0 {
			t.Fatalf("found %d bytes, %v", len(found), err)
		}
	}
}

func readOwn(own *ownFile) ([]byte, error) {
	return io.ReadAll(io.NewSectionReader(own.file, 0, mostMemoryBytes))
}

func TestFilesOfTheHostAreHeldToWhatIsSaidOfThem(t *testing.T) {
	folder := t.TempDir()
	m := openMemory(folder)
	writeTheirs(t, folder, "h0", []byte("abcd"))
	if err := os.Symlink(filepath.Join(folder, "h0"), filepath.Join(folder, "h2")); err != nil {
		t.Skip(err)
	}
	for _, get := range []func(*memoryPart) ([]byte, error){m.take, m.lend} {
		found, err := get(&memoryPart{"h0", 3})
		if err != nil || string(found) != "abc" || cap(found) != 3 {
			t.Fatalf("found %q with room for %d, %v", found, cap(found), err)
		}
		m.endLoan("h0")
		for _, part := range []memoryPart{{"h0", 5}, {"h1", 1}, {"p0", 0}, {"../h0", 1}, {"h2", 1}} {
			if found, err := get(&part); err == nil && (noFollow != 0 || part.File != "h2") {
				t.Errorf("%v was read: %q", part, found)
			}
		}
	}
	if openMemory("") != nil || openMemory(filepath.Join(folder, "none")) != nil {
		t.Error("a folder that is not there was used")
	}
}

func TestFilesOfTheHostAreLentOneCallAtATimeAndMayGrow(t *testing.T) {
	bothWays(t, func(t *testing.T, unmapped bool) {
		folder := t.TempDir()
		m := openMemory(folder)
		for round, size := range []int{leastMemoryBytes, mostMemoryBytes, leastMemoryBytes + 1} {
			data, part := bytes.Repeat([]byte{byte(round + 1)}, size), &memoryPart{"h0", int64(size)}
			// it is cut first
			writeTheirs(t, folder, "h0", data)
			lent, err := m.lend(part)
			if err != nil || !bytes.Equal(lent, data) {
				t.Fatalf("found %.4x..., %v", lent, err)
			}
			if _, err := m.take(part); err == nil {
				t.Error("a file that is lent was read")
			}
			if _, err := m.lend(part); err == nil {
				t.Error("a file was lent twice")
			}
			m.endLoan("h0")
			if copied, err := m.take(part); err != nil || !bytes.Equal(copied, data) || isSame(copied, lent) {
				t.Errorf("found %.4x..., %v", copied, err)
			}
			if unmapped {
				m.theirs["h0"].mapped = nil
			}
		}
	})
}
