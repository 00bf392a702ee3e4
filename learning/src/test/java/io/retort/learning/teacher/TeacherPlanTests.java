package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TeacherPlanTests {

    @Test
    void aPlanThatCannotBeFollowedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TeacherPlan(Task.schema(), Task.settings(1), 21, 1))
                .withMessage("networks: 21 is not allowed, 1 to 20 are");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TeacherPlan(Task.schema(), Task.settings(1), 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TeacherPlan(Task.schema(), Task.settings(1), 1, 0))
                .withMessageStartingWith("workers: 0");
    }
}
