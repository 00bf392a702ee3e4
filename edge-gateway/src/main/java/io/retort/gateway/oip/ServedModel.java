package io.retort.gateway.oip;

import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.inference.Models;
import io.retort.gateway.inference.TensorSpec;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// What the protocol's clients know the gateway and its model by.
@Component
final class ServedModel {

    static final String SERVER = "retort-edge-gateway";
    static final String PLATFORM = "onnx_onnxv1";

    private final Models models;

    ServedModel(Models models) {
        this.models = models;
    }

    static String serverVersion() {
        String version = ServedModel.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    boolean ready() {
        return models.version().isPresent();
    }

    /// @param version empty for whichever is served
    /// @throws OipException where another model or version is
    /// @throws io.retort.gateway.inference.ModelUnavailableException before the first model
    Models.Lease lease(String name, String version) {
        Models.Lease lease = models.lease();
        ModelVersion served = lease.model().version();
        if (served.model().equals(name)
                && (version.isEmpty() || version.equals(Integer.toString(served.version())))) {
            return lease;
        }
        lease.close();
        throw new OipException(
                HttpStatus.NOT_FOUND,
                "model '%s'%s is not served here, '%s' version %d is"
                        .formatted(
                                name,
                                version.isEmpty() ? "" : " version " + version,
                                served.model(),
                                served.version()));
    }

    /// @throws OipException unless it is the one that models here have
    static void requireDatatype(String input, String datatype) {
        if (!datatype.equals(TensorSpec.DATATYPE)) {
            throw OipException.invalid(
                    "input '%s': datatype is %s, the model takes %s"
                            .formatted(input, datatype, TensorSpec.DATATYPE));
        }
    }
}
