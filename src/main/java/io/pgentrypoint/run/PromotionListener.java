package io.pgentrypoint.run;

import io.pgentrypoint.report.Refusal;

/// Whoever asked for a promotion, and need not listen to its end.
public interface PromotionListener {

    void say(String line);

    /// It takes longer than they would wait, and goes on.
    void late(Refusal refusal);

    /// What is logged is enough.
    static PromotionListener nobody() {
        return new PromotionListener() {
            @Override
            public void say(String line) {}

            @Override
            public void late(Refusal refusal) {}
        };
    }
}
