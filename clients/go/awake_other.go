//go:build !unix

package hodu

import "net"

// stayAwake is the connection itself: here it can only be read by waiting.
func stayAwake(conn net.Conn, _ func() bool) net.Conn { return conn }
