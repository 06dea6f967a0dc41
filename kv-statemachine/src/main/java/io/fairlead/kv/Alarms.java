package io.fairlead.kv;

import io.fairlead.kv.proto.AlarmMember;
import io.fairlead.kv.proto.AlarmRequest;
import io.fairlead.kv.proto.AlarmType;
import io.fairlead.kv.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What alarms forbid, and what a request makes of them. */
final class Alarms {
    private static final int ALARMS = 2;
    private static final Comparator<AlarmMember> ORDER =
            Comparator.comparing(AlarmMember::getAlarm).thenComparing(AlarmMember::getMemberID, Long::compareUnsigned);

    private Alarms() {}

    /** Why a write is refused while these alarms are raised, if so. */
    static Optional<KvError> refusal(List<AlarmMember> alarms, boolean needsSpace) {
        if (alarms.isEmpty()) {
            return Optional.empty();
        }
        if (isRaised(alarms, AlarmType.CORRUPT)) {
            return Optional.of(KvError.CORRUPT);
        }
        return needsSpace && isRaised(alarms, AlarmType.NOSPACE) ? Optional.of(KvError.NO_SPACE) : Optional.empty();
    }

    private static boolean isRaised(List<AlarmMember> alarms, AlarmType type) {
        return alarms.stream().anyMatch(alarm -> alarm.getAlarm() == type);
    }

    /** The alarms after a request; {@code out} gets those that the response names. */
    static List<AlarmMember> after(List<AlarmMember> alarms, AlarmRequest request, ProtoWriter out) {
        AlarmMember asked = AlarmMember.newBuilder()
                .setMemberID(request.getMemberID())
                .setAlarm(request.getAlarm())
                .build();
        List<AlarmMember> after = new ArrayList<>(alarms);
        switch (request.getAction()) {
            case GET ->
                alarms.stream()
                        .filter(alarm -> request.getAlarm() == AlarmType.NONE || alarm.getAlarm() == request.getAlarm())
                        .forEach(alarm -> name(alarm, out));
            case ACTIVATE -> {
                if (request.getAlarm() != AlarmType.NONE) {
                    if (!after.contains(asked)) {
                        after.add(asked);
                    }
                    name(asked, out);
                }
            }
            case DEACTIVATE -> {
                if (after.remove(asked)) {
                    name(asked, out);
                }
            }
            default -> throw new IllegalArgumentException("unknown action");
        }
        after.sort(ORDER);
        return after;
    }

    private static void name(AlarmMember alarm, ProtoWriter out) {
        byte[] bytes = alarm.toByteArray();
        out.message(ALARMS, bytes, 0, bytes.length);
    }
}
