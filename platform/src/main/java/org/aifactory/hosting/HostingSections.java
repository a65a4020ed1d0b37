package org.aifactory.hosting;

import java.util.List;
import java.util.Optional;
import org.aifactory.hosting.EuropeMap.Picture;
import org.aifactory.identity.Actor;
import org.aifactory.identity.PageSection;
import org.aifactory.programme.SelectedProposal;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What stands of hosted factories on the pages of others. */
@Configuration(proxyBeanMethods = false)
class HostingSections {
    private static final String TEMPLATE = "hosting/parts";

    private HostingSections() {}

    /** Of a factory: who shares it, how far it has come, and its money. */
    @Bean
    static PageSection hostingOnFactory(HostingViews views) {
        return new Section("federation/factory", "factory") {
            @Override
            public Optional<?> content(String thing, Optional<Actor> actor) {
                return views.find(thing);
            }
        };
    }

    /** Of the programme: where the factories stand; for the office, what was selected and is none yet. */
    @Bean
    static PageSection mapOnProgramme(EuropeMap map, Hostings hostings) {
        return new Section("programme/programme", "map") {
            @Override
            public Optional<?> content(String thing, Optional<Actor> actor) {
                Picture picture = map.picture();
                List<SelectedProposal> waiting =
                        actor.filter(Actor::isProgrammeOfficer).isPresent() ? hostings.waiting() : List.of();
                return picture.sites().isEmpty() && waiting.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Programme(picture, waiting));
            }
        };
    }

    record Programme(Picture picture, List<SelectedProposal> waiting) {}

    private abstract static class Section implements PageSection {
        private final String page;
        private final String fragment;

        Section(String page, String fragment) {
            this.page = page;
            this.fragment = fragment;
        }

        @Override
        public String page() {
            return page;
        }

        @Override
        public String template() {
            return TEMPLATE;
        }

        @Override
        public String fragment() {
            return fragment;
        }
    }
}
