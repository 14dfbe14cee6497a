import { defineLambda } from '@bitclouded/kit';

export default defineLambda({
  name: 'ecs-drain',
  summary: 'Drains the container instances that an Auto Scaling group is about to terminate',
  trigger: 'EventBridge: EC2 Instance-terminate Lifecycle Action of the group, and a schedule of one minute',
  memoryMb: 256,
  // A step takes a second; some hundred instances may wait at once.
  timeoutSeconds: 120,
  environment: {
    CLUSTER_NAME: 'Name of the ECS cluster that the instances of the group belong to',
    GROUP_NAME: 'Name of the Auto Scaling group',
    HOOK_NAME: 'Name of its lifecycle hook for termination, with a heartbeat timeout of 300 seconds or more',
  },
  grants: {
    group: {
      actions: ['autoscaling:DescribeAutoScalingGroups'],
      why: 'Finds the instances that wait in the hook',
    },
    hook: {
      actions: ['autoscaling:RecordLifecycleActionHeartbeat', 'autoscaling:CompleteLifecycleAction'],
      why: 'Keeps an instance waiting while tasks run on it, and lets it go afterwards',
    },
    cluster: {
      actions: ['ecs:ListContainerInstances'],
      why: 'Finds the container instance of an EC2 instance',
    },
    drain: {
      actions: ['ecs:DescribeContainerInstances', 'ecs:UpdateContainerInstancesState', 'ecs:ListTasks'],
      why: 'Sets a container instance to draining, and finds its tasks',
    },
    tasks: {
      actions: ['ecs:DescribeTasks'],
      why: 'Tells tasks that have stopped from those that still are at it',
    },
  },
});
