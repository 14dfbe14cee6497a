import { param } from '../definition/parameter.ts';

/** Cores in units of 1024, and MB: the pairs of Fargate that fit most. Source: ECS Developer Guide, "Task size". */
const TASK_SIZES = [
  ...['256/512', '512/1024', '512/2048', '1024/2048', '1024/4096', '2048/4096', '2048/8192', '4096/8192', '4096/16384'],
];

/** What whoever deploys a service behind the load balancer chooses, whatever runs in it. */
export const webServiceParameters = {
  TaskSize: param.text({
    description: 'Cores and memory of a task: 1024/2048 has one core and 2 GB. Changing it starts every task anew',
    default: '512/1024',
    allowedValues: TASK_SIZES,
    group: 'Tasks',
  }),
  Architecture: param.text({
    description: 'Architecture that the image is for; arm64 costs a fifth less. Changing it starts every task anew',
    default: 'arm64',
    allowedValues: ['arm64', 'x86_64'],
    group: 'Tasks',
  }),
  MinimumTasks: param.count({
    description: 'Tasks that always run; 2 stand in two zones',
    default: '2',
    minimum: 1,
    maximum: 1000,
    group: 'Scaling',
  }),
  MaximumTasks: param.count({
    description: 'Tasks that the service may grow to: MinimumTasks or more',
    default: '6',
    minimum: 1,
    maximum: 1000,
    group: 'Scaling',
  }),
  CpuTarget: param.count({
    description: 'Percentage of their cores that tasks should use; more starts further tasks, less stops some',
    default: '60',
    minimum: 10,
    maximum: 90,
    group: 'Scaling',
  }),
  RequestsPerTask: param.count({
    description: 'Requests in a minute that a task should get, beside CpuTarget; 0 scales by cores alone',
    default: '0',
    minimum: 0,
    maximum: 1_000_000,
    group: 'Scaling',
  }),
  SlowStartSeconds: param.count({
    description: 'Seconds in which a new task comes to its full share of requests; 0 gives it all at once',
    default: '0',
    allowedValues: ['0', '30', '120', '600'],
    group: 'Requests',
  }),
  DrainSeconds: param.count({
    description: 'Seconds that a task which is to stop has for the requests that it is at',
    default: '60',
    minimum: 0,
    maximum: 3600,
    group: 'Requests',
  }),
  Sticky: param.flag({
    description: 'Sends a browser to the same task for a day, for what keeps sessions in its memory',
    group: 'Requests',
  }),
  ErrorsAlarm: param.count({
    description:
      'Answers with a 5xx status in five minutes, from which on there is a warning, and a deployment goes back',
    default: '20',
    minimum: 1,
    maximum: 1_000_000,
    group: 'Alarms',
  }),
  ExecuteCommand: param.flag({
    description:
      'Lets who may call ecs:ExecuteCommand open a shell in a task. The root file system is writable meanwhile. Changing it starts every task anew',
    group: 'Tasks',
  }),
  LogRetentionDays: param.count({
    description:
      'Days that the logs are kept: those of the containers, and of the function that owns their listener rule',
    default: '30',
    allowedValues: ['7', '30', '90', '365'],
    group: 'Tasks',
  }),
};
