package io.fairlead.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fairlead.bench.load.LoadPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class OptionsTest {
    private static LoadPlan plan(String kind, String... arguments) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.options.plan(kind, List.of());
    }

    @CommandLine.Command
    private static final class Holder {
        @CommandLine.Mixin
        private LoadOptions options = new LoadOptions();
    }

    @Test
    void the_defaults_make_a_closed_loop_of_ten_seconds() {
        LoadPlan plan = plan("put");

        assertThat(plan.isOpen()).isFalse();
        assertThat(plan.clients()).isEqualTo(100);
        assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(10));
        assertThat(plan.workload().mix()).hasToString("put");
    }

    @Test
    void a_number_of_operations_needs_no_duration() {
        LoadPlan plan = plan("mixed", "--ops", "500", "--mix", "get=1,txn=2");

        assertThat(plan.ops()).isEqualTo(500);
        assertThat(plan.duration()).isZero();
        assertThat(plan.workload().mix()).hasToString("get=1,txn=2");
    }

    @Test
    void a_rate_makes_an_open_loop() {
        assertThat(plan("get", "--rate", "1500", "--duration", "500ms").isOpen())
                .isTrue();
    }

    @Test
    void what_does_not_fit_together_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan("put", "--threads", "3", "--connections", "2"))
                .withMessageContaining("at most connections");
        assertThatIllegalArgumentException().isThrownBy(() -> plan("post")).withMessageContaining("'post'");
    }

    @ParameterizedTest
    @CsvSource({"250us,PT0.00025S", "500ms,PT0.5S", "30s,PT30S", "2m,PT2M", "1h,PT1H"})
    void times_have_units(String text, Duration expected) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "s", "-1s", "1.5s", ""})
    void times_without_units_are_refused(String text) {
        assertThatExceptionOfType(CommandLine.TypeConversionException.class)
                .isThrownBy(() -> new DurationConverter().convert(text));
    }

    @Test
    void endpoints_may_look_like_urls() {
        assertThat(Endpoints.parse("127.0.0.1:2379, http://127.0.0.1:2380/"))
                .extracting(InetSocketAddress::getPort)
                .containsExactly(2379, 2380);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "a:b", ":1", "127.0.0.1:99999", "a:1,,b:2"})
    void endpoints_without_host_or_port_are_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoints.parse(text));
    }

    @Test
    void a_wrong_command_line_says_what_is_wrong() {
        StringWriter errors = new StringWriter();

        int status = Main.commandLine().setErr(new PrintWriter(errors)).execute("load", "putt");

        assertThat(status).isEqualTo(2);
        assertThat(errors.toString()).contains("unknown operation 'putt'");
    }
}
