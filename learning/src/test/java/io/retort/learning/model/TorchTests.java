package io.retort.learning.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Ec2Utils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TorchTests {

    @Test
    void theEngineNeitherReportsNorDownloads() {
        assertThat(Network.engine().getEngineName()).isEqualTo("PyTorch");
        assertThat(Utils.isOfflineMode()).isTrue();
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }

    @Test
    void noConnectionIsTried() {
        ProxySelector before = ProxySelector.getDefault();
        Connections connections = new Connections();
        ProxySelector.setDefault(connections);
        try {
            Ec2Utils.callHome(Network.engine().getEngineName());
            try (MultimodalModel model =
                    new MultimodalModel(NetworkTests.TINY, NetworkTests.weights())) {
                model.predict(List.of(Map.of("rgb", new float[4])));
            }
        } finally {
            ProxySelector.setDefault(before);
        }
        assertThat(connections.tried).isEmpty();
    }

    /// Hears of every connection before it is made.
    private static final class Connections extends ProxySelector {

        private final List<URI> tried = new CopyOnWriteArrayList<>();

        @Override
        public List<Proxy> select(URI uri) {
            tried.add(uri);
            return List.of(Proxy.NO_PROXY);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {}
    }

    @Test
    void oneThreadWorksOnAnOperation() {
        assertThat(Network.engine().getEngineName()).isEqualTo("PyTorch");
        assertThat(JniUtils.getNumThreads()).isEqualTo(1);
    }

    @Test
    void allThreadsAreAlike() throws InterruptedException {
        assertThat(Network.engine().getEngineName()).isEqualTo("PyTorch");
        boolean[] gradients = new boolean[1];
        Thread thread = Thread.ofPlatform().start(() -> gradients[0] = JniUtils.isGradMode());
        thread.join();
        assertThat(gradients[0]).isTrue();
        assertThat(JniUtils.isGradMode()).isTrue();
    }
}
