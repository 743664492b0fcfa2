package hodu

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// memoryPart is a part that travels in a file in memory.
type memoryPart struct {
	File string `json:"file"`
	Size int64  `json:"size"`
}

// memory holds parts in files of a folder in memory. Each side writes its own files, again and again, and reads those of the other.
type memory struct {
	folder string
	lock   sync.Mutex
	own    map[string]*ownFile
	theirs map[string]*os.File
}

// ownFile is written by this side. It is named until the other side has opened it.
type ownFile struct {
	file    *os.File
	size    int64
	isFree  bool
	isNamed bool
}

var theirName = regexp.MustCompile(`^h[0-9]{1,9}$`)

// openMemory is nil where no file can be made in the folder.
func openMemory(folder string) *memory {
	m := &memory{folder: folder, own: map[string]*ownFile{}, theirs: map[string]*os.File{}}
	if folder == "" || m.open() == "" {
		return nil
	}
	return m
}

// put copies a part into a file; nil where there is no room for it.
func (m *memory) put(part []byte) *memoryPart {
	m.lock.Lock()
	defer m.lock.Unlock()
	size := int64(len(part))
	name := m.freeFile(size)
	if name == "" {
		name = m.open()
	}
	if name == "" {
		return nil
	}
	own := m.own[name]
	if _, err := own.file.WriteAt(part, 0); err != nil {
		return nil
	}
	own.isFree = false
	own.size = max(own.size, size)
	return &memoryPart{name, size}
}

// take fills memory of the part's size with the bytes that the other side has put into a file.
func (m *memory) take(part *memoryPart, into []byte) error {
	file, err := m.openTheirs(part.File)
	if err != nil {
		return err
	}
	if _, err := file.ReadAt(into, 0); err != nil {
		return fmt.Errorf("found fewer than %d bytes in the file %s: %w", part.Size, part.File, err)
	}
	return nil
}

// free says that the other side has taken what was put into a file of this side's.
func (m *memory) free(name string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	own := m.own[name]
	if own == nil || own.isFree {
		return fmt.Errorf("found that %q is free, expected a file that holds a part", name)
	}
	if own.isNamed {
		_ = os.Remove(filepath.Join(m.folder, name))
	}
	own.isNamed, own.isFree = false, true
	var idle int64
	for _, one := range m.own {
		if one.isFree {
			idle += one.size
		}
	}
	if idle > maxIdleMemoryBytes {
		own.size = 0
		return own.file.Truncate(0)
	}
	return nil
}

// freeFile is, of those that hold nothing, the smallest that need not grow, else the largest; "" where there is none.
func (m *memory) freeFile(size int64) string {
	best := ""
	for name, one := range m.own {
		if !one.isFree {
			continue
		}
		if best == "" {
			best = name
			continue
		}
		held, least := one.size, m.own[best].size
		if (held >= size && (least < size || held < least)) || (held < size && least < size && held > least) {
			best = name
		}
	}
	return best
}

// open makes one more file; "" where that cannot be.
func (m *memory) open() string {
	if len(m.own) == maxMemoryFiles {
		return ""
	}
	name := fmt.Sprintf("p%d", len(m.own))
	file, err := os.OpenFile(filepath.Join(m.folder, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return ""
	}
	m.own[name] = &ownFile{file: file, isFree: true, isNamed: true}
	return name
}

func (m *memory) openTheirs(name string) (*os.File, error) {
	if file := m.theirs[name]; file != nil {
		return file, nil
	}
	if !theirName.MatchString(name) || len(m.theirs) == maxMemoryFiles {
		return nil, fmt.Errorf("found a part in the file %q", name)
	}
	file, err := os.Open(filepath.Join(m.folder, name))
	if err == nil {
		m.theirs[name] = file
	}
	return file, err
}
