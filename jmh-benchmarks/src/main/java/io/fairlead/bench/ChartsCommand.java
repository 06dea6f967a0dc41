package io.fairlead.bench;

import io.fairlead.bench.report.Json;
import io.fairlead.bench.report.ResultCharts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bench charts}. */
@Command(
        name = "charts",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Draws a chart beside every file of results (*.json) in a directory.")
final class ChartsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIRECTORY", description = "Where the results are, such as docs/performance.")
    private Path directory = Path.of("");

    @Override
    public Integer call() throws IOException {
        for (Path file : results()) {
            String name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", ".svg");
            Path chart = file.resolveSibling(name);
            Files.writeString(chart, ResultCharts.draw(Json.parseObject(Files.readString(file))));
            System.out.println("drew " + chart);
        }
        return 0;
    }

    private List<Path> results() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }
}
