// Package schedule decides when a visit is made, and that every slot ends in
// exactly one recorded result.
//
// Jobs go in through [Scheduler.Set]. Out come calls of the one Visit function,
// and through the [Ledger] a result for each slot: what the visit found, or
// that nobody looked and why. Slots are arithmetic: a [Job] and a span of time
// give the same slots on every machine and after every restart, so nothing has
// to be remembered but what was recorded. gocron is only the clock that says
// "look now"; it neither knows the slots nor may it lose or double one, because
// a sweep looks as well.
//
// The rule not to break: the results of one key are written in the order of
// their slots. A slot is claimed only after every earlier slot of its key has
// a result or is itself in flight, so that the newest slot in the ledger is
// always the place from where to go on after a crash.
package schedule
