package journey

import "testing"

// A visit that left out everything has seen nothing: it isn't good.
func TestJudgeWhereEveryStepWasLeftOut(t *testing.T) {
	j := Journey{Steps: []Step{{ID: "a"}, {ID: "b"}}}
	run := Judge(j, Run{Attempt: 1, Steps: []StepResult{{Index: 0, LeftOut: new("when: {device: phone}")}, {Index: 1, LeftOut: new("when: {device: phone}")}}})
	if run.Outcome != ProbeError || run.Error == nil || run.Error.Kind != ErrorInternal || run.WaitMs != nil {
		t.Errorf("outcome %s, error %+v, wait %v", run.Outcome, run.Error, run.WaitMs)
	}
}
