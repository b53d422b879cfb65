// Google's own fake of Pub/Sub as a process: listens on the address of its first argument and ends with its parent (its standard
// input). With "refuse" as the second it is a server that permits nothing instead, which the fake cannot be.
package main

import (
	"io"
	"net"
	"os"

	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func main() {
	if len(os.Args) > 2 && os.Args[2] == "refuse" {
		refuse(os.Args[1])
	} else {
		os.Stdout.WriteString(pstest.NewServerWithAddress(os.Args[1]).Addr + "\n")
	}
	io.Copy(io.Discard, os.Stdin)
}

func refuse(address string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(listener.Addr().String() + "\n")
	go grpc.NewServer(grpc.UnknownServiceHandler(func(any, grpc.ServerStream) error {
		return status.Error(codes.PermissionDenied, "User not authorized to perform this action.")
	})).Serve(listener)
}
