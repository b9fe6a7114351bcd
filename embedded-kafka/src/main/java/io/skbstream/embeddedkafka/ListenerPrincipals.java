package io.skbstream.embeddedkafka;

import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;
import org.apache.kafka.common.security.ssl.SslPrincipalMapper;

/**
 * Tells the node itself from its clients by the listener they come through, so that a test can switch an authorizer on
 * and refuse things to {@code User:ANONYMOUS} without the node refusing itself.
 */
public final class ListenerPrincipals extends DefaultKafkaPrincipalBuilder {
    static final KafkaPrincipal NODE = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "node");

    /** Called by Kafka, by name. */
    public ListenerPrincipals() {
        super(null, SslPrincipalMapper.fromRules("DEFAULT"));
    }

    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        return context.listenerName().equals(NodeConfig.CONTROLLER) ? NODE : super.build(context);
    }
}
