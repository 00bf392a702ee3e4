package io.retort.gateway.assessment;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/// Ids of the captures decided last, whichever model decided; the one seen longest ago goes first.
@Component
final class RecentCaptures {

    private final Map<String, Boolean> ids;

    RecentCaptures(AssessmentSettings settings) {
        int remembered = settings.remembered();
        this.ids =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                        return size() > remembered;
                    }
                };
    }

    synchronized boolean contains(String id) {
        return ids.get(id) != null;
    }

    /// False where it was there before.
    synchronized boolean add(String id) {
        return ids.put(id, true) == null;
    }

    synchronized void remove(String id) {
        ids.remove(id);
    }
}
