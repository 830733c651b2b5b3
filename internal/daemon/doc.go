// Package daemon is Samui at work: it wires schedule, probe, store, outbox and
// web together and owns their lifetimes.
//
// A slot comes due in schedule, is claimed in the store, walked by probe, and
// recorded in one transaction with what is to be delivered; the outboxes send
// that on, the page shows it. See record.go for that path.
//
// The one rule not to break: each slot ends in exactly one recorded result,
// and whatever was started is waited for, in the reverse order of its start.
package daemon
