package hodu

import (
	"errors"
	"fmt"
)

// Codes of docs/errors.md that plugins use most.
const (
	Aborted       = "ABORTED"
	BadInput      = "BAD_INPUT"
	BadModel      = "BAD_MODEL"
	BadTensorFile = "BAD_TENSOR_FILE"
	BadUsage      = "BAD_USAGE"
	InvalidGraph  = "INVALID_GRAPH"
	Kernel        = "KERNEL"
	MemoryLimit   = "MEMORY_LIMIT"
	MissingInput  = "MISSING_INPUT"
	Unsupported   = "UNSUPPORTED"
)

// Error is what a call ends with: one of Hodu's codes, a message "Cannot <do what>: <found>, expected <rule>", a hint (the next command to
// type) and a place, where they help. Any other error of a call tells of a defect of the plugin.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Where   *Place `json:"where,omitempty"`
	Cause   string `json:"cause,omitempty"`
}

// Place says where something is wrong.
type Place struct {
	File     string `json:"file,omitempty"`
	Field    string `json:"field,omitempty"`
	Offset   *int64 `json:"offset,omitempty"`
	Node     string `json:"node,omitempty"`
	Operator string `json:"operator,omitempty"`
	Plugin   string `json:"plugin,omitempty"`
}

// Errorf makes an Error of that code.
func Errorf(code, format string, arguments ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

// In gives the error with its place.
func (e *Error) In(where Place) *Error {
	placed := *e
	placed.Where = &where
	return &placed
}

func (e *Error) Error() string { return e.Message }

const (
	methodNotFound = -32601
	invalidParams  = -32602
	internalError  = -32603
	hoduError      = -32000
)

// rpcError is an error as JSON-RPC has it.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    *Error `json:"data,omitempty"`
}

func (e *rpcError) Error() string { return e.Message }

func unknownMethod(format string, arguments ...any) error {
	return &rpcError{Code: methodNotFound, Message: fmt.Sprintf(format, arguments...)}
}

func malformed(err error) error {
	return &rpcError{Code: invalidParams, Message: err.Error()}
}

// missing says that the host called what the plugin does not have.
func missing(kind, name, what string) error {
	return Errorf("PLUGIN_PROTOCOL", "Cannot call %s %q: found no such %s in the plugin, expected one that its manifest names", kind, name, what)
}

// toRPC is how an error travels.
func toRPC(err error) *rpcError {
	var own *Error
	if errors.As(err, &own) {
		return &rpcError{Code: hoduError, Message: own.Message, Data: own}
	}
	var known *rpcError
	if errors.As(err, &known) {
		return known
	}
	return &rpcError{Code: internalError, Message: err.Error()}
}

// fromRPC is the error that the other side answered with.
func fromRPC(err *rpcError) error {
	if err.Code == hoduError && err.Data != nil {
		return err.Data
	}
	return err
}
