//go:build unix

package hodu

import (
	"net"
	"runtime"
	"syscall"
	"time"
)

// awake reads from a socket, and looks for bytes for a while where isQuick says that they will come soon, before it sleeps.
type awake struct {
	net.Conn
	raw     syscall.RawConn
	isQuick func() bool
}

// stayAwake is the connection itself where another processor does not have to do the work that it waits for.
func stayAwake(conn net.Conn, isQuick func() bool) net.Conn {
	socket, isSocket := conn.(syscall.Conn)
	if !isSocket || runtime.GOMAXPROCS(0) == 1 {
		return conn
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return conn
	}
	return &awake{conn, raw, isQuick}
}

func (a *awake) Read(into []byte) (int, error) {
	if a.isQuick() {
		for until := time.Now().Add(awakeTime); time.Now().Before(until); {
			if count := a.look(into); count > 0 {
				return count, nil
			}
		}
	}
	return a.Conn.Read(into)
}

// look reads what is there, without waiting.
func (a *awake) look(into []byte) (count int) {
	_ = a.raw.Read(func(socket uintptr) bool {
		count, _ = syscall.Read(int(socket), into)
		return true
	})
	return count
}
