package io.skbstream.producer.duty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class DutyThreadTest {

    private static final long LONG_NS = TimeUnit.MINUTES.toNanos(5); // which no test waits for
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Works as a test tells it to, and remembers how it was closed. */
    private abstract static class Recorded implements Duty {
        volatile int closes;
        volatile boolean drainedAtClose;
        volatile boolean interruptedAtClose;
        volatile long leftNsAtClose;

        @Override
        public boolean isDrained() {
            return true;
        }

        @Override
        public void close(long deadlineNs) {
            closes++;
            drainedAtClose = isDrained();
            interruptedAtClose = Thread.currentThread().isInterrupted();
            leftNsAtClose = deadlineNs - System.nanoTime();
        }
    }

    @Test
    void whatIsLeftIsDrainedBeforeClosing() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Recorded duty = new Recorded() {
            private volatile int left = 3;

            @Override
            public int doWork() {
                awaitUninterruptibly(stopped); // the first step lasts until the order to stop was given
                left--;
                return 1;
            }

            @Override
            public boolean isDrained() {
                return left == 0;
            }
        };
        DutyThread thread = started(duty);
        Thread stopper = stopElsewhere(thread, LONG_NS);
        stopped.countDown();
        stopper.join();

        assertThat(duty.closes).isEqualTo(1);
        assertThat(duty.drainedAtClose).isTrue();
        assertThat(duty.leftNsAtClose).as("what is left of the time").isPositive();
        assertThat(thread.failure()).isNull();
    }

    @Test
    void aDutyThatIsNeverDrainedIsClosedAtTheDeadline() throws InterruptedException {
        Recorded duty = new Recorded() {
            @Override
            public int doWork() {
                Thread.onSpinWait();
                return 1;
            }

            @Override
            public boolean isDrained() {
                return false;
            }
        };
        DutyThread thread = started(duty);
        thread.stop(System.nanoTime() + SHORT_NS);

        assertThat(duty.closes).isEqualTo(1);
        assertThat(duty.leftNsAtClose).isNotPositive();
    }

    @Test
    void aDutyThatBlocksForEverIsInterruptedAtTheDeadlineAndClosed() throws InterruptedException {
        CountDownLatch blocking = new CountDownLatch(1);
        Recorded duty = new Recorded() {
            @Override
            public int doWork() {
                blocking.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException deadline) {
                    Thread.currentThread().interrupt();
                }
                return 0;
            }
        };
        DutyThread thread = started(duty);
        blocking.await();
        thread.stop(System.nanoTime() + SHORT_NS);

        assertThat(duty.closes).isEqualTo(1);
        assertThat(duty.leftNsAtClose).as("not before the deadline").isNotPositive();
        assertThat(duty.interruptedAtClose).as("the interrupt was for the work").isFalse();
        assertThat(thread.failure()).isNull();
    }

    @Test
    void aDutyThatBreaksTellsWhyAndIsClosedWithoutTimeWhenToldToStop() throws InterruptedException {
        RuntimeException broken = new IllegalStateException("broken");
        Recorded duty = new Recorded() {
            @Override
            public int doWork() {
                throw broken;
            }
        };
        DutyThread thread = started(duty);
        await(() -> thread.failure() != null);

        assertThat(thread.failure()).isSameAs(broken);
        assertThat(duty.closes)
                .as("more may come in that it has to account for")
                .isZero();

        thread.stop(System.nanoTime() + LONG_NS);

        assertThat(duty.closes).isEqualTo(1);
        assertThat(duty.leftNsAtClose).isNotPositive();
    }

    @Test
    void aDutyThatBreaksWhileDrainingTellsWhyAndIsClosed() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        RuntimeException broken = new IllegalStateException("broken");
        Recorded duty = new Recorded() {
            private boolean draining;

            @Override
            public int doWork() {
                awaitUninterruptibly(stopped);
                if (draining) {
                    throw broken;
                }
                draining = true;
                return 1;
            }

            @Override
            public boolean isDrained() {
                return false;
            }
        };
        DutyThread thread = started(duty);
        Thread stopper = stopElsewhere(thread, LONG_NS);
        stopped.countDown();
        stopper.join();

        assertThat(thread.failure()).isSameAs(broken);
        assertThat(duty.closes).isEqualTo(1);
        assertThat(duty.leftNsAtClose).isNotPositive();
    }

    @Test
    void closingIsNeverInterruptedThoughItTakesLongerThanTheDeadline() throws InterruptedException {
        Recorded duty = new Recorded() {
            @Override
            public int doWork() {
                return 0;
            }

            @Override
            public void close(long deadlineNs) {
                long endNs = deadlineNs + 4 * SHORT_NS;
                while (System.nanoTime() - endNs < 0) {
                    LockSupport.parkNanos(SHORT_NS / 10);
                }
                super.close(deadlineNs);
            }
        };
        DutyThread thread = started(duty);
        thread.stop(System.nanoTime() + SHORT_NS);

        assertThat(duty.closes).isEqualTo(1);
        assertThat(duty.interruptedAtClose).isFalse();
    }

    @Test
    void aFailureToCloseIsTold() throws InterruptedException {
        RuntimeException broken = new IllegalStateException("broken");
        DutyThread thread = started(new Recorded() {
            @Override
            public int doWork() {
                return 0;
            }

            @Override
            public void close(long deadlineNs) {
                throw broken;
            }
        });
        thread.stop(System.nanoTime() + LONG_NS);

        assertThat(thread.failure()).isSameAs(broken);
    }

    @Test
    void stoppingAgainChangesNothing() throws InterruptedException {
        Recorded duty = new Recorded() {
            @Override
            public int doWork() {
                return 0;
            }
        };
        DutyThread thread = started(duty);
        thread.stop(System.nanoTime() + LONG_NS);
        thread.stop(System.nanoTime() + LONG_NS);

        assertThat(duty.closes).isEqualTo(1);
    }

    private static DutyThread started(Duty duty) {
        DutyThread thread = new DutyThread("duty", duty);
        thread.start();
        return thread;
    }

    /** Returns once the order to stop was given and is being waited for. */
    private static Thread stopElsewhere(DutyThread thread, long timeoutNs) {
        Thread stopper = new Thread(() -> {
            try {
                thread.stop(System.nanoTime() + timeoutNs);
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
        });
        stopper.start();
        await(() -> stopper.getState() == Thread.State.TIMED_WAITING);
        return stopper;
    }

    private static void await(BooleanSupplier condition) {
        long endNs = System.nanoTime() + LONG_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - endNs).as("time is up").isNegative();
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean passed = false;
        while (!passed) {
            try {
                latch.await();
                passed = true;
            } catch (InterruptedException ignored) {
                // the test's own latch, which always opens
            }
        }
    }
}
