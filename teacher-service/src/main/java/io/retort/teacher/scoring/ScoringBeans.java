package io.retort.teacher.scoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.learning.samples.SampleStore;
import io.retort.teacher.training.Teachers;
import java.time.Clock;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ScoringBeans {

    @Bean
    ActiveTeacher activeTeacher() {
        return new ActiveTeacher();
    }

    @Bean
    Outlet outlet(StreamBridge bridge) {
        return new Outlet(bridge);
    }

    @Bean
    Scoring scoring(
            SampleStore store,
            Teachers teachers,
            ActiveTeacher active,
            Outlet outlet,
            ScoringSettings settings,
            MeterRegistry meters,
            Clock clock) {
        return new Scoring(store, teachers, active, outlet, settings, meters, clock);
    }
}
