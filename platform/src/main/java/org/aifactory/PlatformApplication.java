package org.aifactory;

import java.time.InstantSource;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** What Spring puts together: every module, and the one clock that all of them read. */
@SpringBootApplication
@EnableScheduling
public class PlatformApplication {

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }
}
