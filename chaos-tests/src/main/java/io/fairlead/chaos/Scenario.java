package io.fairlead.chaos;

import io.fairlead.chaos.faults.FaultKind;
import io.fairlead.chaos.faults.FaultPlan;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.workload.MapClients;
import io.fairlead.raft.RaftConfig;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one simulated run is made of; drawn from its seed, so that every seed has its own mix of faults, size, timers,
 * limits and load (swarm testing). Times in nanoseconds.
 *
 * @param seed what it was drawn from
 * @param profile the family of runs it belongs to
 * @param voters how many found the group
 * @param spares how many may join
 * @param maxDrift by which fraction clocks may be wrong
 * @param config the settings of all members
 * @param load what the clients do
 * @param faultyTime how long things go wrong
 * @param plan what goes wrong
 * @param limits what it was drawn within
 * @param companions how many more groups the founders have
 */
public record Scenario(
        long seed,
        Profile profile,
        int voters,
        int spares,
        double maxDrift,
        RaftConfig config,
        MapClients.Load load,
        long faultyTime,
        FaultPlan plan,
        Limits limits,
        int companions) {
    private static final long MILLIS = 1_000_000;

    /** Families of runs; the share of seeds is in percent. */
    public enum Profile {
        /** Every kind of fault with an even chance. */
        SWARM(55),
        /** Deaths at dangerous points, hardly any partitions. */
        CRASHY(15),
        /** Disks above all. */
        DISKY(10),
        /** Membership changes above all. */
        MEMBERSHIP(10),
        /** Clocks and pauses above all. */
        CLOCK(5),
        /** Nothing goes wrong: nothing may go wrong. */
        CALM(5);

        private final int percent;

        Profile(int percent) {
            this.percent = percent;
        }

        /** Every kind has a stream of its own: one more kind leaves the others as they are. */
        Set<FaultKind> kinds(long seed) {
            EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
            for (FaultKind kind : FaultKind.values()) {
                boolean asked = kind.sort() == FaultKind.Sort.DAMAGE;
                if (!asked && Randomness.of(seed, "kind " + kind.id()).chance(chanceOf(kind))) {
                    kinds.add(kind);
                }
            }
            return kinds;
        }

        private double chanceOf(FaultKind kind) {
            String family = kind.id().substring(0, kind.id().indexOf('.'));
            if (family.equals("loss")) {
                return this == DISKY ? 0.4 : this == CALM ? 0 : 0.1;
            }
            return switch (this) {
                case SWARM -> kind == FaultKind.PROC_CRASH_ALL || kind == FaultKind.DISK_ERROR ? 0.2 : 0.4;
                case CRASHY -> family.equals("proc") ? 0.8 : family.equals("part") ? 0.05 : 0.25;
                case DISKY -> family.equals("disk") ? 0.8 : 0.2;
                case MEMBERSHIP -> family.equals("cfg") ? 1 : family.equals("snap") ? 0.8 : 0.3;
                case CLOCK -> family.equals("clock") || kind == FaultKind.PROC_PAUSE ? 0.9 : 0.15;
                case CALM -> 0;
            };
        }
    }

    /**
     * What may be drawn.
     *
     * @param minVoters the smallest cluster
     * @param maxVoters the largest cluster
     * @param kinds the kinds of fault that happen; if it is all of them, every seed draws its own mix
     */
    public record Limits(int minVoters, int maxVoters, Set<FaultKind> kinds) {
        /** Anything. */
        public static final Limits NONE = new Limits(1, 7, EnumSet.allOf(FaultKind.class));

        /**
         * Checks and freezes.
         *
         * @param minVoters 1 or more
         * @param maxVoters {@code minVoters} to 7
         * @param kinds copied; empty for runs without faults
         */
        public Limits {
            if (minVoters < 1 || maxVoters > 7 || minVoters > maxVoters) {
                throw new IllegalArgumentException(
                        "clusters have 1 to 7 voters, not " + minVoters + " to " + maxVoters);
            }
            kinds = Collections.unmodifiableSet(new TreeSet<>(kinds)); // In an order that is the same in every JVM.
        }

        private boolean allKinds() {
            return kinds.size() == FaultKind.values().length;
        }

        /** As options of the command line, each with a blank before it. */
        String options() {
            String nodes = minVoters == NONE.minVoters && maxVoters == NONE.maxVoters
                    ? ""
                    : " --nodes " + minVoters + ".." + maxVoters;
            if (allKinds()) {
                return nodes;
            }
            String ids = kinds.stream().sorted().map(FaultKind::id).collect(Collectors.joining(","));
            return nodes + " --faults " + (ids.isEmpty() ? "none" : ids);
        }

        int clamp(int voters, long seed) {
            boolean within = voters >= minVoters && voters <= maxVoters;
            return within
                    ? voters
                    : minVoters + (int) Math.floorMod(Randomness.splitMix(seed), maxVoters - minVoters + 1L);
        }
    }

    /**
     * {@return what {@code seed} stands for}
     *
     * @param seed any number
     */
    public static Scenario of(long seed) {
        return of(seed, Limits.NONE);
    }

    /**
     * {@return what {@code seed} stands for within limits}
     *
     * @param seed any number
     * @param limits of the cluster's size and the kinds of faults
     */
    public static Scenario of(long seed, Limits limits) {
        Randomness random = Randomness.of(seed, "scenario");
        Profile profile = pickProfile(random);
        Set<FaultKind> kinds = profile.kinds(seed);
        if (!limits.allKinds()) {
            kinds = limits.kinds();
        }
        int voters = limits.clamp(pickVoters(random), seed);
        int spares = kinds.contains(FaultKind.CONFIG_CHANGE) ? random.between(1, 3) : 0;
        double drift = !kinds.contains(FaultKind.CLOCK_DRIFT) ? 0.0001 : random.chance(0.5) ? 0.05 : 0.2;
        long faultyTime = random.between(8L, 30L) * 1_000 * MILLIS;
        Randomness quiet = Randomness.of(seed, "quiet");
        return new Scenario(
                seed,
                profile,
                voters,
                spares,
                drift,
                drawConfig(
                        random,
                        profile,
                        quiet.chance(0.5),
                        Randomness.of(seed, "loop waits").chance(0.4)),
                drawLoad(random, quiet.chance(0.3) ? quiet : null),
                faultyTime,
                FaultPlan.draw(seed, kinds, faultyTime),
                limits,
                quiet.chance(0.3) && kinds.stream().noneMatch(Scenario::destroys) ? quiet.between(1, 4) : 0);
    }

    /**
     * A minute of a quiet cluster: what the speed of the simulator is measured with.
     *
     * @param seed any number
     * @param voters 1 to 7
     * @param callsPerSecond how much ten clients call, half of it reads
     * @return the scenario, without faults
     */
    public static Scenario moderate(long seed, int voters, int callsPerSecond) {
        return new Scenario(
                seed,
                Profile.CALM,
                voters,
                0,
                0.0001,
                RaftConfig.builder().build(),
                new MapClients.Load(10, 10_000 * MILLIS / callsPerSecond, 5, 0.5, 0.1, 0, 6_000 * MILLIS),
                60_000 * MILLIS,
                FaultPlan.none(),
                Limits.NONE,
                0);
    }

    /** What a quorum of one group can spare, that of another one may be about to need. */
    private static boolean destroys(FaultKind kind) {
        return kind.sort() == FaultKind.Sort.DAMAGE || kind.id().startsWith("loss.");
    }

    private static Profile pickProfile(Randomness random) {
        int ticket = (int) random.below(100);
        for (Profile profile : Profile.values()) {
            ticket -= profile.percent;
            if (ticket < 0) {
                return profile;
            }
        }
        return Profile.SWARM;
    }

    private static int pickVoters(Randomness random) {
        return random.pick(List.of(1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 6, 7));
    }

    /** Very small limits are the point: rare paths become common. */
    private static RaftConfig drawConfig(Randomness random, Profile profile, boolean goesQuiet, boolean loopWaits) {
        long election = profile == Profile.CALM ? 150 : random.between(100, 400);
        return RaftConfig.builder()
                .electionTimeout(Duration.ofMillis(election))
                .heartbeatInterval(Duration.ofMillis(Math.max(5, election / random.between(3, 8))))
                .requestTimeout(Duration.ofMillis(Math.max(election, random.between(500, 4_000))))
                .maxAppendBytes((int) random.logUniform(64, 1 << 20))
                .maxInflightMessages((int) random.logUniform(1, 256))
                .maxInflightBytes(random.logUniform(256, 1 << 20))
                .maxUncommittedBytes(random.logUniform(2_000, 1 << 24))
                .maxPendingProposals((int) random.logUniform(4, 8192))
                .logCacheBytes(random.chance(0.2) ? 0 : random.logUniform(256, 1 << 20))
                .segmentBytes((int) random.logUniform(4096, 1 << 17))
                .snapshotEveryEntries(random.logUniform(10, 3_000))
                .retainedEntries(random.chance(0.3) ? 0 : random.logUniform(1, 500))
                .idleGroupsGoQuiet(goesQuiet)
                .loopWaitsForDisk(loopWaits)
                .build();
    }

    /** @param lazy if not null, clients think for long, so that the group is idle now and then */
    private static MapClients.Load drawLoad(Randomness random, @Nullable Randomness lazy) {
        int clients = random.between(1, 16);
        long thinkTime = random.logUniform(2 * MILLIS, 300 * MILLIS);
        return new MapClients.Load(
                clients,
                lazy == null ? thinkTime : clients * lazy.between(300L, 4_000L) * MILLIS,
                random.between(1, 5),
                random.unit() * 0.7,
                random.unit() * 0.3,
                random.chance(0.3) ? (int) random.logUniform(1, 3_000) : 0,
                6_000 * MILLIS);
    }

    /** {@return the one command that runs this again and prints everything that happens} */
    public String replay() {
        return "chaos-tests/bin/chaos simulate --seeds 1 --start " + seed + limits.options()
                + (plan.isWhole() ? "" : " --keep " + plan.numbers()) + " --trace";
    }

    /**
     * {@return the same with another plan}
     *
     * @param other what goes wrong instead
     */
    public Scenario withPlan(FaultPlan other) {
        return new Scenario(
                seed, profile, voters, spares, maxDrift, config, load, faultyTime, other, limits, companions);
    }
}
