package org.aifactory.identity;

import java.util.Optional;
import org.aifactory.upkeep.Passing;
import org.aifactory.upkeep.Passing.Freed;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What identity keeps for a while. */
@Configuration(proxyBeanMethods = false)
class IdentityUpkeep {

    @Bean
    Passing failedSignIns(People people) {
        return Passing.of(
                "failed-sign-ins", Optional.of(People.FAILURES_COUNT_FOR), () -> new Freed(people.forgetFailures(), 0));
    }
}
