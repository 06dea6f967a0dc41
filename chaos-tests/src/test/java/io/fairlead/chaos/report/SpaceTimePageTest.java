package io.fairlead.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.faults.Fault;
import io.fairlead.chaos.faults.FaultKind;
import io.fairlead.chaos.sim.Scheduler;
import io.fairlead.chaos.sim.Trace;
import io.fairlead.raft.message.TimeoutNow;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SpaceTimePageTest {
    private final Scheduler scheduler = new Scheduler(1);
    private final Trace trace = new Trace(scheduler, 100);

    private void at(long micros, Runnable happening) {
        scheduler.at(micros * 1000, 0, happening);
    }

    private Document page(Fault... faults) throws Exception {
        scheduler.runUntil(1_000_000_000);
        String html =
                new SpaceTimePage("X1 <a> & b: wrong\nmore", List.of(1L, 2L), trace.last(100), List.of(faults)).html();
        String xml = html.replace("<!DOCTYPE html>", "").replace("<meta charset=\"utf-8\">", "");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> all(Document page, String tag, String style) {
        NodeList found = page.getElementsByTagName(tag);
        return java.util.stream.IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .filter(element -> element.getAttribute("class").equals(style))
                .toList();
    }

    private static double number(Element element, String name) {
        return Double.parseDouble(element.getAttribute(name));
    }

    @Test
    void the_title_is_what_went_wrong() throws Exception {
        Document page = page();
        assertThat(page.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("X1 <a> & b: wrong");
        assertThat(page.getElementsByTagName("pre").item(0).getTextContent()).isEqualTo("X1 <a> & b: wrong\nmore");
    }

    @Test
    void every_happening_has_a_line_of_text_in_order() throws Exception {
        at(10, () -> trace.add(1, "does", "this & that"));
        at(20, () -> trace.add(0, "FAILED:", "all"));
        Document page = page();
        NodeList lines = page.getElementsByTagName("li");
        assertThat(lines.getLength()).isEqualTo(2);
        assertThat(lines.item(0).getTextContent()).isEqualTo("     0.000010s n1   does this & that");
        assertThat(all(page, "li", "bad"))
                .singleElement()
                .satisfies(line -> assertThat(line.getTextContent()).contains("FAILED: all"));
    }

    @Test
    void a_message_is_an_arrow_from_where_and_when_it_was_sent() throws Exception {
        at(10, () -> trace.add(1, "sends", null));
        at(30, () -> trace.arrives(2, 20_000, "gets", new TimeoutNow(1, 2, 7)));
        Element arrow = all(page(), "line", "gets").get(0);
        assertThat(number(arrow, "x1")).isLessThan(number(arrow, "x2"));
        assertThat(number(arrow, "y2") - number(arrow, "y1")).isEqualTo(8); // Sent half-way between two rows.
        assertThat(arrow.getTextContent()).contains("TimeoutNow").contains("term=7");
    }

    @Test
    void a_lost_message_does_not_get_to_the_other_lane() throws Exception {
        at(10, () -> trace.add(2, "lost", new TimeoutNow(2, 1, 7)));
        at(20, () -> trace.arrives(1, 12_000, "misses", new TimeoutNow(2, 1, 8)));
        Document page = page();
        Element stub = all(page, "line", "lost").get(0);
        Element missed = all(page, "line", "misses").get(0);
        assertThat(number(stub, "x2")).isStrictlyBetween(number(missed, "x2"), number(stub, "x1"));
        assertThat(missed.getAttribute("marker-end")).isEmpty();
    }

    @Test
    void lanes_tell_roles_and_deaths() throws Exception {
        at(10, () -> trace.becomes(1, Trace.State.UP, "starts", null));
        at(20, () -> trace.becomes(1, Trace.State.LEADER, "leads", null));
        at(30, () -> trace.becomes(1, Trace.State.DOWN, "CRASHES:", "why"));
        at(40, () -> trace.add(2, "looks on", null));
        Document page = page();
        assertThat(all(page, "line", "lane DOWN")).hasSize(2); // Before it started, and after it died.
        Element leads = all(page, "line", "lane LEADER").get(0);
        Element up = all(page, "line", "lane UP").get(0);
        assertThat(number(up, "y2")).isEqualTo(number(leads, "y1"));
        assertThat(all(page, "line", "lane SAME"))
                .singleElement()
                .satisfies(lane -> assertThat(lane.getTextContent()).isEqualTo("n2 SAME"));
    }

    @Test
    void only_faults_that_were_going_on_have_a_bar() throws Exception {
        at(1000, () -> trace.add(1, "does", null));
        at(2000, () -> trace.add(1, "does", null));
        Fault over = new Fault(0, FaultKind.PROC_PAUSE, 0, 900_000, 1);
        Fault during = new Fault(1, FaultKind.PART_SPLIT, 500_000, 1_000_000, 2);
        Fault later = new Fault(2, FaultKind.NET_CLOG, 3_000_000, 1, 3);
        assertThat(all(page(over, during, later), "rect", "fault"))
                .singleElement()
                .satisfies(bar -> assertThat(bar.getTextContent()).contains("part.split"));
    }
}
