package io.fairlead.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--faults=net      | no fault is called net; there are ",
                "--nodes=x         | --nodes is a number or two, such as 3 or 3..5, not x",
                "--nodes=9         | clusters have 1 to 7 voters, not 9 to 9",
                "--nodes=5..3      | clusters have 1 to 7 voters, not 5 to 3",
                "--seeds=0         | --seeds, --threads and --max-failures are 1 or more",
                "--threads=0       | --seeds, --threads and --max-failures are 1 or more",
                "--max-failures=-1 | --seeds, --threads and --max-failures are 1 or more",
            })
    void a_wrong_option_is_said_in_a_line_and_nothing_runs(String option, String said) {
        StringWriter errors = new StringWriter();
        int status = new CommandLine(new Simulate())
                .setErr(new PrintWriter(errors, true))
                .execute(option);
        assertThat(status).isEqualTo(2);
        assertThat(errors.toString().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).startsWith(said));
        assertThat(errors.toString()).doesNotContain("\tat ");
    }
}
