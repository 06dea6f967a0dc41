package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OneThreadTest {
    @Test
    void all_workers_are_one_thread_that_ends_with_the_last_of_them() {
        OneThread workers = new OneThread("member");
        Worker loop = workers.start("raft-loop");
        Worker applier = workers.start("raft-apply");
        List<Thread> ranOn = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Boolean> current = new CompletableFuture<>();
        loop.execute(() -> ranOn.add(Thread.currentThread()));
        applier.execute(() -> {
            ranOn.add(Thread.currentThread());
            current.complete(loop.isCurrent() && applier.isCurrent());
        });
        assertThat(current.join()).isTrue();
        assertThat(ranOn.get(0)).isSameAs(ranOn.get(1));

        loop.close();
        CompletableFuture<Void> stillRuns = new CompletableFuture<>();
        loop.execute(() -> ranOn.add(Thread.currentThread()));
        applier.execute(() -> stillRuns.complete(null));
        stillRuns.join();
        assertThat(ranOn).hasSize(2);

        applier.close();
        assertThat(ranOn.get(0).isAlive()).isFalse();
    }
}
