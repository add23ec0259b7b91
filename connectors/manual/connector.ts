/**
 * A store that only a person can act on: a filing cabinet, a vendor without an API (spec/connector.md, "By hand"). It has no address, and
 * no question can be put to it from here: what a request asks of it becomes a task for somebody.
 */
import type { Connector, ConnectorFailure, ConnectorModule } from "@avow/runtime/connector-kit/contract";

const NOBODY_CAN: ConnectorFailure = {
  ok: false,
  error: "not_supported",
  retryable: false,
  reason: "only a person can look into it: what is asked of it becomes a task (`avow task list`)",
};

const refuse = async (): Promise<ConnectorFailure> => NOBODY_CAN;

function open(): Connector {
  return {
    byHand: true,
    // Not even whether it is there: nothing that is promised of a connection is shown by it.
    probe: refuse,
    describe: refuse,
    async *read() {
      yield NOBODY_CAN;
    },
    count: refuse,
    oldest: refuse,
    search: refuse,
    distinct: refuse,
    sample: refuse,
    mutate: refuse,
    close: async () => {},
  };
}

export const connector: ConnectorModule = { name: "manual", byHand: true, open };
