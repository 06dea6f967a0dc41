package io.fairlead.bench.load;

import io.fairlead.bench.measure.ProcessSample;
import io.fairlead.bench.measure.ProcessUsage;
import io.fairlead.bench.measure.ThreadUsage;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * One run of a load: connects, warms up, measures, drains.
 *
 * <p><b>Threads:</b> the caller's thread watches, the event loops of the group work.
 */
public final class LoadRun {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(10);

    private final EventLoopGroup group;
    private final Function<Workload, SessionFactory> factories;

    /** @param factories gives what opens the connections for a workload */
    public LoadRun(EventLoopGroup group, Function<Workload, SessionFactory> factories) {
        this.group = group;
        this.factories = factories;
    }

    /** Runs a plan to its end. Blocks. */
    public LoadResult run(LoadPlan plan) throws IOException, InterruptedException {
        if (plan.fill()) {
            measure(plan.filling());
        }
        return measure(plan);
    }

    private LoadResult measure(LoadPlan plan) throws IOException, InterruptedException {
        RunControl control = new RunControl();
        SessionFactory factory = factories.apply(plan.workload());
        List<Lane> lanes = new ArrayList<>();
        try {
            for (int i = 0; i < plan.threads(); i++) {
                EventLoop loop = group.next();
                List<Session> sessions = open(factory, plan, loop, i);
                lanes.add(new Lane(loop, sessions, driver(plan, control, loop, sessions, i)));
            }
            lanes.forEach(lane -> lane.loop.execute(lane.driver::begin));
            return watch(plan, control, lanes);
        } finally {
            control.stop();
            lanes.forEach(lane -> lane.sessions.forEach(Session::close));
        }
    }

    /** A driver with what belongs to it. */
    private record Lane(EventLoop loop, List<Session> sessions, Driver driver) {}

    private static List<Session> open(SessionFactory factory, LoadPlan plan, EventLoop loop, int part)
            throws IOException, InterruptedException {
        List<CompletableFuture<Session>> opening = new ArrayList<>();
        for (int number = part; number < plan.connections(); number += plan.threads()) {
            opening.add(factory.open(loop, number).toCompletableFuture());
        }
        List<Session> sessions = new ArrayList<>();
        for (CompletableFuture<Session> future : opening) {
            try {
                sessions.add(future.get(CONNECT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException e) {
                throw new IOException("cannot connect: " + e.getCause(), e);
            } catch (TimeoutException e) {
                throw new IOException("no connection within " + CONNECT_PATIENCE.toSeconds() + " s", e);
            }
        }
        return sessions;
    }

    private static Driver driver(LoadPlan plan, RunControl control, EventLoop loop, List<Session> sessions, int part) {
        Workload.Source source = plan.workload().source(part, plan.threads());
        Timer timer = Timer.of(loop);
        if (plan.isOpen()) {
            long seed = plan.workload().seed() + part;
            Arrivals arrivals = new Arrivals(plan.rate() / plan.threads(), plan.randomArrivals(), seed);
            return new OpenLoop(control, timer, source, sessions, arrivals, share(plan.maxInFlight(), plan, part));
        }
        return new ClosedLoop(control, timer, source, sessions, share(plan.clients(), plan, part));
    }

    private static int share(int whole, LoadPlan plan, int part) {
        return Math.max(1, (whole + plan.threads() - 1 - part) / plan.threads());
    }

    private static LoadResult watch(LoadPlan plan, RunControl control, List<Lane> lanes)
            throws IOException, InterruptedException {
        while (sum(lanes, Driver::answered) < plan.warmUpOps()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        List<Map<String, Long>> threadsBefore = ThreadUsage.usages(plan.pids());
        List<ProcessUsage> before = ProcessSample.usages(plan.pids());
        long ownBefore = ownCpuMicros();
        long start = System.nanoTime();
        control.measureFrom(start);
        long deadline = plan.duration().isZero()
                ? Long.MAX_VALUE
                : start + plan.duration().toNanos();
        long wanted = plan.ops() > 0 ? plan.ops() : Long.MAX_VALUE;
        while (sum(lanes, Driver::measured) < wanted && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        long completed = sum(lanes, Driver::measured);
        long end = System.nanoTime();
        List<ProcessUsage> after = ProcessSample.usages(plan.pids());
        long own = ownCpuMicros() - ownBefore;
        List<Map<String, Long>> threads = new ArrayList<>();
        for (int i = 0; i < plan.pids().size(); i++) {
            threads.add(ThreadUsage.between(
                    threadsBefore.get(i), ThreadUsage.of(plan.pids().get(i))));
        }
        control.stop();
        boolean undrained = !drain(lanes);
        return new LoadResult(
                plan,
                completed,
                end - start,
                merge(lanes, end),
                ProcessSample.between(plan.pids(), before, after),
                threads,
                own,
                undrained);
    }

    private static long sum(List<Lane> lanes, ToLongFunction<Driver> count) {
        long sum = 0;
        for (Lane lane : lanes) {
            sum += count.applyAsLong(lane.driver);
        }
        return sum;
    }

    private static boolean drain(List<Lane> lanes) throws InterruptedException {
        CompletableFuture<?>[] all =
                lanes.stream().map(lane -> lane.driver.drained()).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(all).get(DRAIN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a driver failed", e.getCause());
        }
    }

    private static Recorder merge(List<Lane> lanes, long end) throws InterruptedException {
        Recorder total = null;
        for (Lane lane : lanes) {
            Recorder recorder = finish(lane, end);
            if (total == null) {
                total = recorder;
            } else {
                total.add(recorder);
            }
        }
        return Objects.requireNonNull(total, "a run has at least one lane");
    }

    private static Recorder finish(Lane lane, long end) throws InterruptedException {
        try {
            return lane.loop.submit(() -> lane.driver.finish(end)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a driver failed", e.getCause());
        }
    }

    private static long ownCpuMicros() throws IOException {
        return ProcessUsage.of(ProcessHandle.current().pid()).cpuMicros();
    }
}
