package io.retort.teacher.training;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/api/v1/teachers")
class TeachersController {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final Trainings trainings;
    private final Teachers teachers;

    TeachersController(Trainings trainings, Teachers teachers) {
        this.trainings = trainings;
        this.teachers = teachers;
    }

    @PostMapping
    ResponseEntity<Teacher> train(@RequestBody(required = false) @Nullable TeacherRequest body) {
        TeacherRequest request = body == null ? TeacherRequest.DEFAULT : body;
        Teacher teacher =
                trainings.begin(
                        request.schemaOrDefault(),
                        request.heldOutOrDefault(),
                        request.settingsOrDefault(),
                        request.networksOrDefault());
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/teachers/" + teacher.id()))
                .body(teacher);
    }

    @GetMapping
    List<Teacher> all() {
        return teachers.all();
    }

    @GetMapping("/active")
    Teacher active() {
        return teachers.active()
                .orElseThrow(() -> new TeacherNotFoundException("no teacher is active yet"));
    }

    @GetMapping("/{id}")
    Teacher get(@PathVariable String id) {
        return teachers.get(id);
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Teacher> cancel(@PathVariable String id) {
        return ResponseEntity.accepted().body(trainings.cancel(id));
    }

    /// Events `progress` while it is trained (an epoch may be skipped for a slow reader), then one
    /// `succeeded`, `failed` or `cancelled` with the whole description.
    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable String id) {
        teachers.get(id);
        SseEmitter emitter = new SseEmitter(0L);
        Thread.ofVirtual().name("events-" + id).start(() -> follow(id, emitter));
        return emitter;
    }

    private void follow(String id, SseEmitter emitter) {
        try {
            Teacher seen = null;
            while (true) {
                Teacher teacher = teachers.awaitChange(id, seen, HEARTBEAT);
                if (!teacher.isTraining()) {
                    String state = teacher.state().name().toLowerCase(Locale.ROOT);
                    emitter.send(SseEmitter.event().name(state).data(teacher));
                    emitter.complete();
                    return;
                }
                if (teacher.progress() == null || teacher.equals(seen)) {
                    // Also finds out whether anybody still listens.
                    emitter.send(SseEmitter.event().comment("training"));
                } else {
                    emitter.send(SseEmitter.event().name("progress").data(teacher.progress()));
                }
                seen = teacher;
            }
        } catch (IOException | IllegalStateException e) {
            // The reader is gone.
            emitter.completeWithError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
