package hodu

import "time"

// Limits of the protocol; what passes one ends the line.
const (
	protocolVersion = 1
	clientVersion   = "0.3.0"

	headerBytes     = 12
	maxMessageBytes = 256 << 20
	maxDataBytes    = 4 << 20
	maxParts        = 1_000_000
	maxPartBytes    = 4 << 30
	maxOpenBytes    = 8 << 30
	maxOpenMessages = 524_288
	// Characters of a log message that the host passes on.
	maxLogCharacters = 16 << 10
	// Levels of what services take and give.
	maxServiceDepth = 100

	// Parts between these sizes travel through memory, where both sides reach it.
	leastMemoryBytes   = 64 << 10
	mostMemoryBytes    = 16 << 20
	maxMemoryFiles     = 64
	maxIdleMemoryBytes = 256 << 20
	// Bytes that are copied there at once: Go's copy of 1 MiB and more (amd64) leaves them in no cache.
	nearBytes = 256 << 10
	// Memory of parts that is kept for the next ones: that of a few calls at once.
	maxSpareBytes = 64 << 20

	// Payload of the data frames that this side sends: two fit into what a socket buffers.
	dataFrameBytes = 512 << 10
	// Bytes that are asked for at once before they have come: a size alone takes no memory.
	growBytes = 64 << 20
	// Calls are quick when so many follow in a row, each in this time; after a long one that many go by before they are again.
	quickCalls    = 4
	quickInterval = time.Millisecond
	quickRetry    = 256
	// How long the next quick call is looked for: the time of a short call, there and back.
	awakeTime = 100 * time.Microsecond
	// A long call among quick ones holds others up for at most twice this time.
	watchInterval = time.Millisecond
	// A plugin tells its progress at most once in this time, unless it is done.
	progressInterval = 50 * time.Millisecond
)
