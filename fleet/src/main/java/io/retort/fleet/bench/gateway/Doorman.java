package io.retort.fleet.bench.gateway;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// Stands before several gateways as a load balancer does: sends nothing new to one that is being
/// stopped, and what found a closed door to the next. An answer of 500 or more is passed on, and
/// counted.
final class Doorman {

    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final Set<String> closing = ConcurrentHashMap.newKeySet();
    private final LongAdder serverErrors = new LongAdder();
    private final LongAdder otherRefusals = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAdder unanswered = new LongAdder();

    void opens(String gateway, int port) {
        ports.put(gateway, port);
        closing.remove(gateway);
    }

    void closes(String gateway) {
        closing.add(gateway);
    }

    /// Answers of 500 or more.
    long serverErrors() {
        return serverErrors.sum();
    }

    /// Other answers than 200.
    long otherRefusals() {
        return otherRefusals.sum();
    }

    /// Requests that met a door that closed just then, and were answered by another gateway.
    long moved() {
        return moved.sum();
    }

    /// Requests that nobody answered.
    long unanswered() {
        return unanswered.sum();
    }

    /// For use by one thread at a time.
    Guest guest(List<byte[]> requests, Connections owner) {
        return new Guest(requests, owner);
    }

    final class Guest implements Load.Caller {

        private final List<byte[]> requests;
        private final Connections owner;
        private final Map<String, HttpCaller> lines = new LinkedHashMap<>();

        private Guest(List<byte[]> requests, Connections owner) {
            this.requests = requests;
            this.owner = owner;
        }

        @Override
        public boolean call(int i) {
            byte[] request = requests.get(i % requests.size());
            boolean first = true;
            for (String gateway : order(i)) {
                try {
                    int status = line(gateway).status(request);
                    if (status >= 500) {
                        serverErrors.increment();
                    } else if (status != 200) {
                        otherRefusals.increment();
                    }
                    if (!first) {
                        moved.increment();
                    }
                    return status == 200;
                } catch (IOException _) {
                    first = false;
                }
            }
            unanswered.increment();
            return false;
        }

        /// Those whose doors are open first, in turn.
        private List<String> order(int i) {
            List<String> open =
                    ports.keySet().stream().filter(one -> !closing.contains(one)).sorted().toList();
            int from = open.isEmpty() ? 0 : i % open.size();
            return Stream.of(
                            open.subList(from, open.size()),
                            open.subList(0, from),
                            List.copyOf(closing))
                    .flatMap(List::stream)
                    .toList();
        }

        private HttpCaller line(String gateway) {
            return lines.computeIfAbsent(
                    gateway, name -> owner.http(port(name), requests, 1).getFirst());
        }

        private int port(String gateway) {
            return Objects.requireNonNull(ports.get(gateway));
        }
    }
}
