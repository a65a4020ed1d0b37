package org.aifactory.identity;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What all modules add to a page; {@code parts :: sections} shows it. */
@Component
public class PageSections {
    private final List<PageSection> sections;

    PageSections(List<PageSection> sections) {
        this.sections = sections;
    }

    public record Shown(String template, String fragment, Object content) {}

    /** @param thing what the page is about, as it stands in the page's address */
    public List<Shown> of(String page, String thing, Optional<Actor> actor) {
        return sections.stream()
                .filter(section -> section.page().equals(page))
                .flatMap(section -> shown(section, thing, actor))
                .toList();
    }

    private static Stream<Shown> shown(PageSection section, String thing, Optional<Actor> actor) {
        return section.content(thing, actor).stream()
                .map(content -> new Shown(section.template(), section.fragment(), content));
    }
}
