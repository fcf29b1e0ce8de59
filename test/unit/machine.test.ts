import { describe, expect, test } from "bun:test";
import { limitsOf } from "../../src/server/machine.ts";

const none = Number.POSITIVE_INFINITY;
const of = (groups: string, files: Readonly<Record<string, string>>) => limitsOf(groups, (path) => files[path]);

describe("what control groups give", () => {
  test("version 2: the smallest limit on the way up counts", () => {
    const root = "/sys/fs/cgroup";
    const files = {
      [`${root}/system.slice/postern.service/memory.max`]: "max\n",
      [`${root}/system.slice/postern.service/cpu.max`]: "25000 100000\n",
      [`${root}/system.slice/memory.max`]: "134217728\n",
      [`${root}/system.slice/cpu.max`]: "200000 100000\n",
    };
    expect(of("0::/system.slice/postern.service\n", files)).toEqual({ memory: 134_217_728, cores: 0.25 });
  });

  test("version 1: each controller has a tree of its own", () => {
    const files = {
      "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": "134217728\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "150000\n",
      "/sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    };
    expect(of("4:memory:/box\n2:cpu,cpuacct:/box\n0::/\n", files)).toEqual({ memory: 134_217_728, cores: 1.5 });
  });

  test("in a container the path is the host's, and the mount itself is the group", () => {
    const files = { "/sys/fs/cgroup/memory.max": "67108864\n", "/sys/fs/cgroup/cpu.max": "max 100000\n" };
    expect(of("0::/docker/0123\n", files)).toEqual({ memory: 67_108_864, cores: none });
  });

  test("the name of a group may have colons in it", () => {
    const files = { "/sys/fs/cgroup/system.slice/pod.slice:cri-containerd:01/memory.max": "67108864\n" };
    expect(of("0::/system.slice/pod.slice:cri-containerd:01\n", files).memory).toBe(67_108_864);
  });

  test("without files, or with others than expected, there is no limit", () => {
    expect(of("", {})).toEqual({ memory: none, cores: none });
    expect(of("0::/\nnonsense\n", { "/sys/fs/cgroup/memory.max": "0\n", "/sys/fs/cgroup/cpu.max": "0 0\n" })).toEqual({
      memory: none,
      cores: none,
    });
  });
});
