package io.retort.teacher.training;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.learning.samples.SampleStore;
import java.time.Clock;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TrainingBeans {

    @Bean
    Teachers teachers(TeachersSettings settings, Clock clock) {
        return settings.follow() == null
                ? Teachers.open(settings.folder(), clock)
                : Teachers.follow(settings.folder(), clock);
    }

    @Bean
    FollowedTeachers followedTeachers(
            Teachers teachers, TeachersSettings settings, ApplicationEventPublisher events) {
        return new FollowedTeachers(teachers, settings.follow(), events);
    }

    @Bean
    Trainings trainings(
            SampleStore store,
            Teachers teachers,
            TeachersSettings settings,
            ApplicationEventPublisher events,
            MeterRegistry meters,
            Clock clock) {
        return new Trainings(store, teachers, settings, events, meters, clock);
    }
}
