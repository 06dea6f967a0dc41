package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    @Test
    void a_mix_draws_by_weight() {
        Mix mix = Mix.parse("put=1,get=3");
        SplittableRandom random = new SplittableRandom(1);
        int puts = 0;

        for (int i = 0; i < 40_000; i++) {
            puts += mix.draw(random) == Operation.PUT ? 1 : 0;
        }

        assertThat(puts).isCloseTo(10_000, withPercentage(5));
        assertThat(mix).hasToString("put=1,get=3");
        assertThat(mix.contains(Operation.TXN)).isFalse();
    }

    @Test
    void a_mix_that_makes_no_sense_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mix.parse("put"))
                .withMessageContaining("operation=weight");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mix.parse("put=x"))
                .withMessageContaining("'x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mix.parse("put=0"))
                .withMessageContaining("above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mix.parse("pot=1"))
                .withMessageContaining("'pot'");
    }

    @Test
    void drivers_share_sequential_keys_without_overlap() {
        Workload workload = new Workload(Mix.only(Operation.PUT), 8, 1, 5, true, 1);
        Workload.Source first = workload.source(0, 2);
        Workload.Source second = workload.source(1, 2);

        assertThat(new long[] {first.nextKey(), first.nextKey(), first.nextKey()})
                .containsExactly(0, 2, 4);
        assertThat(new long[] {second.nextKey(), second.nextKey(), second.nextKey()})
                .containsExactly(1, 3, 0);
    }

    @Test
    void keys_must_fit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Workload(Mix.only(Operation.PUT), 4, 1, 10_000, true, 1))
                .withMessage("key-size is 4, 10000 keys need at least 5");
    }

    @Test
    void a_template_puts_the_key_and_another_value_into_every_hole() {
        byte[] encoded = new byte[2 + 4 + 1 + 3 + 4];
        System.arraycopy(Template.keyHole(4), 0, encoded, 2, 4);
        System.arraycopy(Template.valueHole(3), 0, encoded, 7, 3);
        System.arraycopy(Template.keyHole(4), 0, encoded, 10, 4);
        Template template = new Template(encoded, 4, 3);

        byte[] first = template.fill(42).clone();
        byte[] second = template.fill(7).clone();

        assertThat(new String(first, 2, 4, US_ASCII)).isEqualTo("k042");
        assertThat(new String(first, 10, 4, US_ASCII)).isEqualTo("k042");
        assertThat(new String(second, 2, 4, US_ASCII)).isEqualTo("k007");
        assertThat(new String(second, 7, 3, US_ASCII))
                .isNotEqualTo(new String(first, 7, 3, US_ASCII))
                .matches("[0-9A-Za-z_-]{3}");
    }
}
