/** Time as the simulator sees it; the service's own clock fits. */
export interface SimulatorClock {
  now(): Date;
}
