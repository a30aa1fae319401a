#!/bin/sh
# Encodes on a Spark cluster of a master and two workers on this machine, kills a worker and its
# executor on the way, and compares all that was written with what one process makes.
# Usage, from the repository's root: bench/spark/cluster.sh
set -eu
exec mvn -B -pl core,spark test -Dtest=ClusterTest -Dsurefire.failIfNoSpecifiedTests=false -Ddide.cluster=true
