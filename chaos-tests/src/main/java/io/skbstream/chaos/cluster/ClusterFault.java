package io.skbstream.chaos.cluster;

import io.skbstream.chaos.proxy.Conduct;
import io.skbstream.chaos.proxy.Conduct.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What goes wrong in a cluster, or is done to it. {@link #begin} and {@link #end} return when it has come about. */
enum ClusterFault {

    /** Each broker is stopped in order and started again, once the one before is in sync. */
    ROLLING_RESTART("rolling restart") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            for (ClusterNode node : scene.cluster().nodes()) {
                scene.admin().awaitInSync();
                node.stop();
                node.start();
            }
        }
    },

    LEADER_KILLED("leader SIGKILL") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.takeLeader().kill();
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.victim().start();
        }
    },

    /** It keeps its connections and does not answer. */
    LEADER_PAUSED("leader SIGSTOP") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.takeLeader().pause();
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.victim().resume();
        }
    },

    CONTROLLER_KILLED("controller SIGKILL") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.takeController().kill();
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.victim().start();
        }
    },

    /** The leader and another one: not enough replicas. */
    TWO_AWAY("two of three away") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.takeLeader().kill();
            second(scene).kill();
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.victim().begin();
            second(scene).begin();
            scene.victim().awaitReady();
            second(scene).awaitReady();
        }

        private ClusterNode second(ClusterScene scene) {
            return scene.cluster().node(scene.victim().id() % Cluster.SIZE + 1);
        }
    },

    /** Two disks at once would be a loss: so the others have everything before. */
    DISK_EMPTIED("leader's disk emptied") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.admin().awaitInSync();
            scene.takeLeader().kill();
            scene.victim().wipe();
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.victim().start();
        }
    },

    /** The leader gives its replica up, another one leads, and back. */
    REASSIGNED("partition reassigned") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            List<Integer> others = new ArrayList<>(scene.admin().replicas(scene.partition()));
            others.remove(Integer.valueOf(scene.takeLeader().id()));
            scene.admin().reassign(scene.partition(), others);
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            List<Integer> all = new ArrayList<>(scene.admin().replicas(scene.partition()));
            all.add(0, scene.victim().id());
            scene.admin().reassign(scene.partition(), all);
        }
    },

    /** No broker or controller reaches another. */
    BROKERS_CUT("network cut between brokers") {
        @Override
        void begin(ClusterScene scene) {
            Conduct conduct = cut(scene);
            scene.cluster().nodes().forEach(node -> node.toBrokers(conduct));
        }

        @Override
        void end(ClusterScene scene) {
            scene.cluster().nodes().forEach(node -> node.toBrokers(Conduct.PASS));
        }
    },

    /** No broker or controller reaches the leader, which reaches them. */
    LEADER_CUT("network cut to the leader") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.takeLeader().toBrokers(cut(scene));
        }

        @Override
        void end(ClusterScene scene) {
            scene.victim().toBrokers(Conduct.PASS);
        }
    },

    AGENT_CUT("network cut agent to leader") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.takeLeader().toAgents(cut(scene));
        }

        @Override
        void end(ClusterScene scene) {
            scene.victim().toAgents(Conduct.PASS);
        }
    },

    LEADER_SLOW("latency on the leader") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            Conduct slow =
                    new Conduct(Kind.DELAY, LEAST_DELAY_MS + scene.random().nextInt(MORE_DELAY_MS));
            scene.takeLeader().toAgents(slow);
            scene.victim().toBrokers(slow);
        }

        @Override
        void end(ClusterScene scene) {
            scene.victim().toAgents(Conduct.PASS);
            scene.victim().toBrokers(Conduct.PASS);
        }
    },

    /** It ends when the events go to one of them. */
    PARTITIONS_ADDED("partitions added") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.admin().addPartitions(scene.topic(), MORE_PARTITIONS);
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.admin().awaitRecords(scene.partition());
        }
    },

    THROTTLED("quota on the agent") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.admin().throttle(scene.agentsClientId(), Optional.of(QUOTA_BYTES));
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.admin().throttle(scene.agentsClientId(), Optional.empty());
        }
    },

    /** Each broker in turn, and agents have to connect anew. */
    CERTIFICATES_ROTATED("certificates rotated") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            rotate(scene, 1);
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            rotate(scene, 0);
        }

        private void rotate(ClusterScene scene, int generation) throws Exception {
            String keystore =
                    scene.cluster().certificates().keystore(generation).toString();
            for (ClusterNode node : scene.cluster().nodes()) {
                scene.admin().set(node.id(), ClusterNode.SECURED_PREFIX + "ssl.keystore.location", keystore);
                node.resetAgents();
            }
        }
    },

    /** It comes back with the same id. */
    BROKER_MOVED("broker at another port") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.takeLeader().stop();
            scene.victim().move();
        }

        @Override
        void end(ClusterScene scene) throws Exception {
            scene.victim().start();
        }
    },

    /** Both run on to the end of the schedule. */
    SECOND_AGENT("two agents, one host name") {
        @Override
        void begin(ClusterScene scene) throws Exception {
            scene.startSecondAgent();
        }
    };

    private static final int LEAST_DELAY_MS = 20;
    private static final int MORE_DELAY_MS = 400;

    /** How many there are then. */
    static final int MORE_PARTITIONS = 4;

    private static final double QUOTA_BYTES = 5_000;

    private final String description;

    ClusterFault(String description) {
        this.description = description;
    }

    /** In a few words, for one line of the report. */
    String describe() {
        return description;
    }

    abstract void begin(ClusterScene scene) throws Exception;

    /** Heals it. */
    void end(ClusterScene scene) throws Exception {}

    private static Conduct cut(ClusterScene scene) {
        return new Conduct(scene.random().nextBoolean() ? Kind.REFUSE : Kind.SWALLOW, 0);
    }
}
