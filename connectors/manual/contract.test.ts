import { runByHandSuite } from "@avow/runtime/connector-kit/by-hand-suite";
import { connector } from "./connector.ts";

runByHandSuite(connector);
